{{ config(meta={'key': 'lead_id', 'inputs': {'salesforce.lead': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'lead', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as lead_id,
        OwnerId as owner_user_id,
        Name as lead_name,
        Company as company_name,
        Email as email,
        Status as lead_status,
        LeadSource as lead_source,
        Industry as industry,
        Country as country,
        IsConverted as is_converted,
        ConvertedDate as converted_date,
        ConvertedAccountId as converted_account_id,
        ConvertedContactId as converted_contact_id,
        ConvertedOpportunityId as converted_opportunity_id,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
