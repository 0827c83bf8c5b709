{{ config(meta={
    'key': 'campaign_member_id',
    'inputs': {
        'stg_salesforce__campaign_members': {
            'column': 'campaign_member_id',
            'prefix': 'salesforce:',
        },
        'stg_files__campaign_members': "_key_source || ':' || campaign_member_id",
    },
}) }}
with salesforce as (
    select
        {{ conformed_id('salesforce', 'campaign_member_id') }} as campaign_member_id,
        {{ conformed_id('salesforce', 'campaign_id') }} as campaign_id,
        {{ conformed_id('salesforce', 'contact_id') }} as contact_id,
        {{ conformed_id('salesforce', 'lead_id') }} as lead_id,
        campaign_member_status as status,
        has_responded,
        first_responded_date as responded_date,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ part(ref('stg_salesforce__campaign_members')) }}
),

files as (
    select
        {{ file_id('campaign_member_id') }} as campaign_member_id,
        {{ file_id('campaign_id') }} as campaign_id,
        {{ file_id('contact_id') }} as contact_id,
        {{ file_id('lead_id') }} as lead_id,
        status,
        has_responded,
        responded_date,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__campaign_members')) }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    campaign_member_id,
    campaign_id,
    contact_id,
    lead_id,
    status,
    has_responded,
    responded_date,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'campaign_member_id', first='system') }} as resolved
