{#
    Opportunities as they are now. The account follows merges. Salesforce's product is that of the lines where they agree
    on one; its chance is 0 to 100 there and 0 to 1 here.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'stg_salesforce__opportunities': {
            'column': 'opportunity_id',
            'prefix': 'salesforce:',
        },
        'stg_salesforce__opportunity_line_items': {
            'column': 'opportunity_id',
            'prefix': 'salesforce:',
            'columns': ['opportunity_id', 'product_id'],
        },
        'stg_files__opportunities': "_key_source || ':' || opportunity_id",
        'int_account_survivor': {
            'via': 'this',
            'column': 'account_id',
            'matches': ['account_id', 'surviving_account_id'],
        },
    },
}) }}
with single_products as (
    select
        opportunity_id,
        min(product_id) as product_id
    from {{ part(ref('stg_salesforce__opportunity_line_items')) }}
    group by opportunity_id
    having count(distinct product_id) = 1
),

salesforce as (
    select
        {{ conformed_id('salesforce', 'opportunities.opportunity_id') }} as opportunity_id,
        opportunities.opportunity_name as name,
        {{ conformed_id('salesforce', 'opportunities.account_id') }} as account_id,
        {{ conformed_id('salesforce', 'opportunities.owner_user_id') }} as owner_person_id,
        {{ conformed_id('salesforce', 'single_products.product_id') }} as product_id,
        opportunities.stage_name,
        case when opportunities.is_won then 'won' when opportunities.is_closed then 'lost' else 'open' end as status,
        opportunities.amount,
        opportunities.currency_code,
        {{ percent_to_share('opportunities.probability_percent') }} as probability,
        {{ salesforce_forecast_category('opportunities.forecast_category') }} as forecast_category,
        opportunities.opportunity_type,
        opportunities.lead_source,
        {{ conformed_id('salesforce', 'opportunities.campaign_id') }} as campaign_id,
        opportunities.created_at,
        opportunities.close_date,
        opportunities.modified_at as source_modified_at,
        opportunities.custom_fields,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        opportunities.known_at,
        false as is_declared
    from {{ part(ref('stg_salesforce__opportunities')) }} as opportunities
    left join single_products on opportunities.opportunity_id = single_products.opportunity_id
),

files as (
    select
        {{ file_id('opportunity_id') }} as opportunity_id,
        name,
        {{ file_id('account_id') }} as account_id,
        {{ file_id('owner_person_id') }} as owner_person_id,
        {{ file_id('product_id') }} as product_id,
        stage_name,
        status,
        amount,
        currency_code,
        probability,
        forecast_category,
        opportunity_type,
        lead_source,
        {{ file_id('campaign_id') }} as campaign_id,
        created_at,
        close_date,
        null as source_modified_at,
        null as custom_fields,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__opportunities')) }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    resolved.opportunity_id,
    resolved.name,
    coalesce(survivors.surviving_account_id, resolved.account_id) as account_id,
    resolved.owner_person_id,
    resolved.product_id,
    resolved.stage_name,
    resolved.status,
    resolved.amount,
    resolved.currency_code,
    resolved.probability,
    resolved.forecast_category,
    resolved.opportunity_type,
    resolved.lead_source,
    resolved.campaign_id,
    resolved.created_at,
    resolved.close_date,
    resolved.source_modified_at,
    resolved.custom_fields,
    resolved.company_id,
    resolved.source_system,
    resolved.known_at
from {{ resolve_overlap('combined', 'opportunity_id', first='system') }} as resolved
left join {{ ref('int_account_survivor') }} as survivors on resolved.account_id = survivors.account_id
