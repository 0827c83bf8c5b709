{# Salesforce's end date is the last day; ours is the day after. #}
with salesforce as (
    select
        {{ conformed_id('salesforce', 'campaign_id') }} as campaign_id,
        campaign_name as name,
        campaign_type,
        campaign_status as status,
        start_date,
        {{ add_days('end_date', 1) }} as end_date,
        budgeted_cost,
        actual_cost,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ ref('stg_salesforce__campaigns') }}
),

files as (
    select
        {{ file_id('campaign_id') }} as campaign_id,
        name,
        campaign_type,
        status,
        start_date,
        end_date,
        budgeted_cost,
        actual_cost,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__campaigns') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    campaign_id,
    name,
    campaign_type,
    status,
    start_date,
    end_date,
    budgeted_cost,
    actual_cost,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'campaign_id', first='system') }} as resolved
