{{ config(meta={'key': 'campaign_member_id', 'inputs': {'salesforce.campaign_member': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'campaign_member', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as campaign_member_id,
        CampaignId as campaign_id,
        LeadId as lead_id,
        ContactId as contact_id,
        Status as campaign_member_status,
        HasResponded as has_responded,
        FirstRespondedDate as first_responded_date,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
