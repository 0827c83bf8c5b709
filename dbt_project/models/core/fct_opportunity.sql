{#
    Opportunities as of the as-of day, rebuilt from what happened up to its end: one created later is absent, one closed
    later is open with the stage, amount, close date and owner it had. Columns without history (name, type, source,
    product, campaign, custom fields) are today's.

    Attribution is as-was: a closed opportunity belongs to who owned it when it closed and to the team and manager that
    person had on the close date; an open one to its owner on the as-of day.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'int_opportunity_state': 'opportunity_id',
        'conformed_opportunity': 'opportunity_id',
        'int_company_clock': [
            {
                'via': 'int_opportunity_state',
                'column': 'company_id',
                'matches': 'company_id',
                'columns': ['company_id', 'reporting_currency_code', 'time_zone', 'fiscal_year_start_month'],
            },
            {'via': 'int_opportunity_state', 'moment': 'changed_at', 'limit': 'as_of_end_at'},
            {
                'via': 'this',
                'on': 'driving.is_open and driving.company_id = changed.company_id',
                'columns': ['company_id', 'as_of_date'],
            },
        ],
        'dim_person': [
            {
                'via': 'this',
                'column': 'owner_person_id',
                'matches': 'person_id',
                'columns': ['person_id', 'valid_from', 'valid_to', 'team_id', 'manager_person_id'],
            },
            {
                'via': 'this',
                'column': 'current_owner_person_id',
                'matches': 'person_id',
                'columns': ['person_id', 'team_id', 'is_current'],
            },
        ],
        'int_exchange_rate': {
            'via': 'this',
            'on': 'driving.company_id = changed.company_id and driving.currency_code = changed.currency_code and driving.reporting_rate_date >= changed.valid_from and (changed.valid_to is null or driving.reporting_rate_date < changed.valid_to)',
        },
    },
}) }}
with states as (
    select
        states.*,
        row_number() over (
            partition by states.opportunity_id
            order by states.changed_at desc
        ) as recency
    from {{ part(ref('int_opportunity_state')) }} as states
    inner join {{ ref('int_company_clock') }} as clock on states.company_id = clock.company_id
    where states.changed_at < clock.as_of_end_at
),

closings as (
    select
        opportunity_id,
        changed_at,
        changed_date,
        owner_person_id,
        row_number() over (partition by opportunity_id order by changed_at desc) as recency
    from states
    where status <> 'open' and status is distinct from previous_status
),

current_states as (
    select
        states.*,
        case when states.status <> 'open' then closings.changed_at end as closed_at,
        case when states.status <> 'open' then closings.owner_person_id else states.owner_person_id end
            as credited_person_id,
        case
            when states.status <> 'open' then coalesce(states.close_date, closings.changed_date)
            else clock.as_of_date
        end as attribution_date
    from states
    inner join {{ ref('int_company_clock') }} as clock on states.company_id = clock.company_id
    left join closings on states.opportunity_id = closings.opportunity_id and closings.recency = 1
    where states.recency = 1
)

select
    states.opportunity_id,
    states.company_id,
    states.source_system,
    opportunities.name as opportunity_name,
    states.account_id,
    states.credited_person_id as owner_person_id,
    owners.team_id as owner_team_id,
    owners.manager_person_id as owner_manager_person_id,
    states.owner_person_id as current_owner_person_id,
    current_owners.team_id as current_owner_team_id,
    opportunities.product_id,
    opportunities.campaign_id,
    states.stage_name,
    states.stage_order,
    states.status,
    states.status = 'open' as is_open,
    states.status = 'won' as is_won,
    states.status <> 'open' as is_closed,
    states.amount,
    states.currency_code,
    rates.rate_to_reporting as reporting_rate,
    states.attribution_date as reporting_rate_date,
    {{ convert('states.amount', 'rates.rate_to_reporting') }} as reporting_amount,
    clock.reporting_currency_code,
    states.probability,
    states.forecast_category,
    opportunities.opportunity_type,
    opportunities.lead_source,
    opportunities.created_at,
    {{ local_date('opportunities.created_at', 'clock.time_zone') }} as created_date,
    states.close_date,
    states.closed_at,
    {{ fiscal_quarter_start(
        "case when states.status = 'open' then states.close_date else states.attribution_date end",
        'clock.fiscal_year_start_month'
    ) }} as close_fiscal_quarter_start_date,
    {{ days_between(
        local_date('opportunities.created_at', 'clock.time_zone'),
        "case when states.status = 'open' then clock.as_of_date else states.close_date end"
    ) }} as age_days,
    case
        when states.status <> 'open'
            then {{ days_between(local_date('opportunities.created_at', 'clock.time_zone'), 'states.close_date') }}
    end as days_to_close,
    opportunities.custom_fields,
    opportunities.known_at
from current_states as states
inner join {{ ref('conformed_opportunity') }} as opportunities on states.opportunity_id = opportunities.opportunity_id
inner join {{ ref('int_company_clock') }} as clock on states.company_id = clock.company_id
left join {{ ref('dim_person') }} as owners
    on states.credited_person_id = owners.person_id and {{ valid_on('owners', 'states.attribution_date') }}
left join {{ ref('dim_person') }} as current_owners
    on states.owner_person_id = current_owners.person_id and current_owners.is_current
left join {{ ref('int_exchange_rate') }} as rates
    on {{ rate_on('rates', 'states.company_id', 'states.currency_code', 'states.attribution_date') }}
