{{ config(meta={'key': 'event_id', 'inputs': {'salesforce.event': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'event', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as event_id,
        WhoId as who_id,
        WhatId as what_id,
        AccountId as account_id,
        OwnerId as owner_user_id,
        Subject as subject,
        Type as event_type,
        EventSubtype as event_subtype,
        IsAllDayEvent as is_all_day_event,
        IsChild as is_child,
        ActivityDate as activity_date,
        {{ to_utc('StartDateTime') }} as started_at,
        {{ to_utc('EndDateTime') }} as ended_at,
        DurationInMinutes as duration_minutes,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
