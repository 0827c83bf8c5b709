{# One row per opportunity as of the as-of day, with the names that people ask for. #}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'fct_opportunity': 'opportunity_id',
        'fct_activity': {
            'key': 'opportunity_id',
            'columns': ['opportunity_id', 'occurred_at', 'is_completed'],
        },
        'fct_opportunity_event': {
            'key': 'opportunity_id',
            'columns': ['opportunity_id', 'event_type'],
        },
        'run_context': {
            'via': 'this',
            'on': 'driving.is_open',
        },
        'dim_account': {
            'via': 'fct_opportunity',
            'column': 'account_id',
            'matches': 'account_id',
            'columns': ['account_id', 'account_name', 'industry', 'segment', 'country'],
        },
        'dim_person': [
            {
                'via': 'fct_opportunity',
                'column': 'owner_person_id',
                'matches': 'person_id',
                'columns': ['person_id', 'is_current', 'name'],
            },
            {
                'via': 'fct_opportunity',
                'column': 'owner_manager_person_id',
                'matches': 'person_id',
                'columns': ['person_id', 'is_current', 'name'],
            },
        ],
        'dim_team': {
            'via': 'fct_opportunity',
            'column': 'owner_team_id',
            'matches': 'team_id',
            'columns': ['team_id', 'team_name'],
        },
        'dim_product': {
            'via': 'fct_opportunity',
            'column': 'product_id',
            'matches': 'product_id',
            'columns': ['product_id', 'product_name'],
        },
        'dim_campaign': {
            'via': 'fct_opportunity',
            'column': 'campaign_id',
            'matches': 'campaign_id',
            'columns': ['campaign_id', 'campaign_name'],
        },
    },
}) }}
with activity as (
    select
        opportunity_id,
        max(occurred_at) as last_activity_at,
        count(*) as activity_count
    from {{ part(ref('fct_activity')) }}
    where opportunity_id is not null and is_completed
    group by opportunity_id
),

pushes as (
    select
        opportunity_id,
        count(*) as push_count
    from {{ part(ref('fct_opportunity_event')) }}
    where event_type = 'close_date_pushed'
    group by opportunity_id
)

select
    opportunities.opportunity_id,
    opportunities.company_id,
    opportunities.source_system,
    opportunities.opportunity_name,
    opportunities.account_id,
    accounts.account_name,
    accounts.industry,
    accounts.segment,
    accounts.country,
    opportunities.owner_person_id,
    owners.name as owner_name,
    opportunities.owner_team_id,
    teams.team_name as owner_team_name,
    opportunities.owner_manager_person_id,
    managers.name as owner_manager_name,
    opportunities.current_owner_person_id,
    opportunities.current_owner_team_id,
    opportunities.product_id,
    products.product_name,
    opportunities.campaign_id,
    campaigns.campaign_name,
    opportunities.stage_name,
    opportunities.stage_order,
    opportunities.status,
    opportunities.is_open,
    opportunities.is_won,
    opportunities.is_closed,
    opportunities.amount,
    opportunities.currency_code,
    opportunities.reporting_rate,
    opportunities.reporting_rate_date,
    opportunities.reporting_amount,
    opportunities.reporting_currency_code,
    opportunities.probability,
    opportunities.forecast_category,
    opportunities.opportunity_type,
    opportunities.lead_source,
    opportunities.created_at,
    opportunities.created_date,
    opportunities.close_date,
    opportunities.closed_at,
    opportunities.close_fiscal_quarter_start_date,
    {{ fiscal_quarter_label('opportunities.close_date', 'companies.fiscal_year_start_month') }}
        as close_fiscal_quarter_label,
    {{ fiscal_year('opportunities.close_date', 'companies.fiscal_year_start_month') }} as close_fiscal_year,
    {{ fiscal_quarter_start('opportunities.created_date', 'companies.fiscal_year_start_month') }}
        as created_fiscal_quarter_start_date,
    opportunities.age_days,
    opportunities.days_to_close,
    activity.last_activity_at,
    coalesce(activity.activity_count, 0) as activity_count,
    coalesce(pushes.push_count, 0) as push_count,
    coalesce(opportunities.is_open and opportunities.close_date < {{ as_of_date() }}, false) as is_past_due,
    opportunities.custom_fields,
    opportunities.known_at
from {{ part(ref('fct_opportunity')) }} as opportunities
inner join {{ ref('dim_company') }} as companies on opportunities.company_id = companies.company_id
left join {{ ref('dim_account') }} as accounts on opportunities.account_id = accounts.account_id
left join {{ ref('dim_person') }} as owners
    on opportunities.owner_person_id = owners.person_id and owners.is_current
left join {{ ref('dim_team') }} as teams on opportunities.owner_team_id = teams.team_id
left join {{ ref('dim_person') }} as managers
    on opportunities.owner_manager_person_id = managers.person_id and managers.is_current
left join {{ ref('dim_product') }} as products on opportunities.product_id = products.product_id
left join {{ ref('dim_campaign') }} as campaigns on opportunities.campaign_id = campaigns.campaign_id
left join activity on opportunities.opportunity_id = activity.opportunity_id
left join pushes on opportunities.opportunity_id = pushes.opportunity_id
