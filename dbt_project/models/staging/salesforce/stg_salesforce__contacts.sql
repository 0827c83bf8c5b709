{{ config(meta={'key': 'contact_id', 'inputs': {'salesforce.contact': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'contact', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as contact_id,
        AccountId as account_id,
        OwnerId as owner_user_id,
        Name as contact_name,
        Email as email,
        Title as title,
        LeadSource as lead_source,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
