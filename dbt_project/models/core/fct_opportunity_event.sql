{#
    Everything that happened to opportunities up to the as-of day: one row per moment and thing that changed, with the
    state after it. Amounts are in the reporting currency at the rate of the event's day.

    A close date that moves while the opportunity is open is pushed or pulled in; one that is set as it closes is neither.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'int_opportunity_state': 'opportunity_id',
        'conformed_opportunity': {
            'key': 'opportunity_id',
            'columns': ['opportunity_id', 'known_at'],
        },
        'int_company_clock': [
            {
                'via': 'int_opportunity_state',
                'column': 'company_id',
                'matches': 'company_id',
                'columns': ['company_id'],
            },
            {'via': 'int_opportunity_state', 'moment': 'changed_at', 'limit': 'as_of_end_at'},
        ],
        'dim_person': {
            'via': 'int_opportunity_state',
            'column': 'owner_person_id',
            'matches': 'person_id',
            'columns': ['person_id', 'valid_from', 'valid_to', 'team_id'],
        },
        'int_exchange_rate': {
            'via': 'int_opportunity_state',
            'on': 'driving.company_id = changed.company_id and driving.currency_code = changed.currency_code and driving.changed_date >= changed.valid_from and (changed.valid_to is null or driving.changed_date < changed.valid_to)',
        },
    },
}) }}
with states as (
    select
        states.*,
        states.state_number = 1 as is_first,
        {{ convert('states.previous_amount', 'rates.rate_to_reporting') }} as old_amount,
        {{ convert('states.amount', 'rates.rate_to_reporting') }} as new_amount,
        owners.team_id as owner_team_id
    from {{ part(ref('int_opportunity_state')) }} as states
    inner join {{ ref('int_company_clock') }} as clock on states.company_id = clock.company_id
    left join {{ ref('dim_person') }} as owners
        on states.owner_person_id = owners.person_id and {{ valid_on('owners', 'states.changed_date') }}
    left join {{ ref('int_exchange_rate') }} as rates
        on {{ rate_on('rates', 'states.company_id', 'states.currency_code', 'states.changed_date') }}
    where states.changed_at < clock.as_of_end_at
),

events as (
    select
        states.*,
        'created' as field_name,
        'created' as event_type,
        null as old_value,
        stage_name as new_value
    from states
    where is_first and is_creation_known
    union all
    select
        states.*,
        'stage_name' as field_name,
        case
            when status <> 'open' and (status is distinct from previous_status) then status
            when status = 'open' and previous_status <> 'open' then 'reopened'
            when stage_order > previous_stage_order then 'stage_advanced'
            when stage_order < previous_stage_order then 'stage_regressed'
            else 'stage_changed'
        end as event_type,
        previous_stage_name as old_value,
        stage_name as new_value
    from states
    where (not is_first and stage_name is distinct from previous_stage_name) or (is_first and status <> 'open')
    union all
    select
        states.*,
        'amount' as field_name,
        case
            when coalesce(amount, 0) > coalesce(previous_amount, 0) then 'amount_increased'
            when coalesce(amount, 0) < coalesce(previous_amount, 0) then 'amount_decreased'
            else 'amount_set'
        end as event_type,
        cast(previous_amount as {{ dbt.type_string() }}) as old_value,
        cast(amount as {{ dbt.type_string() }}) as new_value
    from states
    where not is_first and amount is distinct from previous_amount
    union all
    select
        states.*,
        'close_date' as field_name,
        case
            when status = 'open' and close_date > previous_close_date then 'close_date_pushed'
            when status = 'open' and close_date < previous_close_date then 'close_date_pulled_in'
            else 'close_date_set'
        end as event_type,
        cast(previous_close_date as {{ dbt.type_string() }}) as old_value,
        cast(close_date as {{ dbt.type_string() }}) as new_value
    from states
    where not is_first and close_date is distinct from previous_close_date
    union all
    select
        states.*,
        'owner_person_id' as field_name,
        'owner_changed' as event_type,
        previous_owner_person_id as old_value,
        owner_person_id as new_value
    from states
    where not is_first and owner_person_id is distinct from previous_owner_person_id
    union all
    select
        states.*,
        'account_id' as field_name,
        'account_changed' as event_type,
        previous_account_id as old_value,
        account_id as new_value
    from states
    where not is_first and account_id is distinct from previous_account_id
    union all
    select
        states.*,
        'forecast_category' as field_name,
        'forecast_category_changed' as event_type,
        previous_forecast_category as old_value,
        forecast_category as new_value
    from states
    where not is_first and forecast_category is distinct from previous_forecast_category
)

select
    {{ generate_key(['events.opportunity_id', 'events.changed_at', 'events.field_name']) }} as event_id,
    events.opportunity_id,
    events.company_id,
    events.source_system,
    events.changed_at as event_at,
    events.changed_date as event_date,
    events.event_type,
    events.field_name,
    events.old_value,
    events.new_value,
    events.old_amount,
    events.new_amount,
    events.stage_name,
    events.status,
    events.amount,
    events.currency_code,
    events.close_date,
    events.owner_person_id,
    events.owner_team_id,
    opportunities.known_at
from events
inner join {{ ref('conformed_opportunity') }} as opportunities on events.opportunity_id = opportunities.opportunity_id
