{#
    The state of every opportunity after every moment at which something about it changed, with the state before. The
    stage of that time decides the status; the chance and the forecast category are those of that time where the source
    keeps their history, else those of the stage.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'int_opportunity_change': 'opportunity_id',
        'conformed_opportunity': 'opportunity_id',
        'int_company_clock': {
            'via': 'conformed_opportunity',
            'column': 'company_id',
            'matches': 'company_id',
            'columns': ['company_id', 'reporting_currency_code', 'time_zone'],
        },
    },
}) }}
{% set fields = [
    'stage_name', 'amount', 'close_date', 'owner_person_id', 'account_id', 'probability', 'forecast_category'
] %}
with moments as (
    select
        opportunity_id,
        {%- for field in fields %}
            max(case when field_name = '{{ field }}' then '=' || coalesce(new_value, '') end) as {{ field }},
            max(case when field_name = '{{ field }}' and new_value is not null then 1 else 0 end) as has_{{ field }},
        {%- endfor %}
        changed_at
    from {{ part(ref('int_opportunity_change')) }}
    group by
        opportunity_id,
        changed_at
),

marked as (
    select
        opportunity_id,
        {%- for field in fields %}
            case
                when {{ field }} is null then null
                when has_{{ field }} = 1 then {{ field }}
                else '-'
            end as {{ field }},
        {%- endfor %}
        changed_at
    from moments
),

carried as (
    select
        opportunity_id,
        {%- for field in fields %}
            {{ last_known(field, 'opportunity_id', 'changed_at') }} as {{ field }},
        {%- endfor %}
        changed_at
    from marked
),

texts as (
    select
        opportunity_id,
        probability is not null as has_probability_history,
        forecast_category is not null as has_forecast_category_history,
        {%- for field in fields %}
            case when {{ field }} like '=%' then substring({{ field }}, 2) end as {{ field }},
        {%- endfor %}
        changed_at
    from carried
),

states as (
    select
        texts.opportunity_id,
        opportunities.company_id,
        opportunities.source_system,
        coalesce(opportunities.currency_code, clock.reporting_currency_code) as currency_code,
        opportunities.created_at is not null as is_creation_known,
        texts.changed_at,
        {{ local_date('texts.changed_at', 'clock.time_zone') }} as changed_date,
        texts.stage_name,
        stages.stage_order,
        case
            when texts.stage_name = opportunities.stage_name then opportunities.status
            else coalesce(stages.status, 'open')
        end as status,
        cast(texts.amount as decimal(18, 2)) as amount,
        cast(texts.close_date as date) as close_date,
        texts.owner_person_id,
        texts.account_id,
        case
            when texts.has_probability_history then cast(texts.probability as decimal(5, 4))
            when texts.stage_name = opportunities.stage_name then opportunities.probability
            else stages.default_probability
        end as probability,
        case
            when texts.has_forecast_category_history then texts.forecast_category
            when texts.stage_name = opportunities.stage_name then opportunities.forecast_category
            else stages.forecast_category
        end as forecast_category
    from texts
    inner join {{ ref('conformed_opportunity') }} as opportunities
        on texts.opportunity_id = opportunities.opportunity_id
    inner join {{ ref('int_company_clock') }} as clock on opportunities.company_id = clock.company_id
    left join {{ ref('dim_stage') }} as stages
        on
            opportunities.company_id = stages.company_id
            and opportunities.source_system = stages.source_system
            and texts.stage_name = stages.stage_name
)

select
    opportunity_id,
    company_id,
    source_system,
    currency_code,
    is_creation_known,
    changed_at,
    changed_date,
    cast(row_number() over (partition by opportunity_id order by changed_at) as integer) as state_number,
    stage_name,
    stage_order,
    status,
    amount,
    close_date,
    owner_person_id,
    account_id,
    probability,
    forecast_category,
    {%- for field in fields %}
        lag({{ field }}) over (partition by opportunity_id order by changed_at) as previous_{{ field }},
    {%- endfor %}
    lag(stage_order) over (partition by opportunity_id order by changed_at) as previous_stage_order,
    lag(status) over (partition by opportunity_id order by changed_at) as previous_status
from states
