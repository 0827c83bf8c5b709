with salesforce as (
    select
        stage_name,
        case when is_won then 'won' when is_closed then 'lost' else 'open' end as status,
        sort_order as stage_order,
        {{ percent_to_share('default_probability_percent') }} as default_probability,
        {{ salesforce_forecast_category('forecast_category') }} as forecast_category,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ ref('stg_salesforce__opportunity_stages') }}
),

files as (
    select
        stage_name,
        status,
        stage_order,
        default_probability,
        forecast_category,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__sales_stages') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    stage_name,
    status,
    stage_order,
    default_probability,
    forecast_category,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'company_id, source_system, stage_name', first='declared') }} as resolved
