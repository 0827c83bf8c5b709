{{ config(meta={'key': 'task_id', 'inputs': {'salesforce.task': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'task', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as task_id,
        WhoId as who_id,
        WhatId as what_id,
        AccountId as account_id,
        OwnerId as owner_user_id,
        Subject as subject,
        Type as task_type,
        TaskSubtype as task_subtype,
        Status as task_status,
        IsClosed as is_closed,
        ActivityDate as activity_date,
        CallDurationInSeconds as call_duration_seconds,
        {{ to_utc('CompletedDateTime') }} as completed_at,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
