{#
    OpportunityHistory holds the values after each change; here one row per field that changed. The first snapshot gives
    the initial values (old value null). Snapshots of the same second are one: the last by id counts.
#}
{{ config(meta={'key': 'opportunity_id', 'inputs': {'stg_salesforce__opportunity_histories': 'opportunity_id'}}) }}
{% set fields = ['stage_name', 'amount', 'close_date', 'probability', 'forecast_category'] %}
with snapshots as (
    select
        opportunity_id,
        created_at as changed_at,
        created_by_user_id,
        known_at,
        stage_name,
        cast(amount as {{ dbt.type_string() }}) as amount,
        cast(close_date as {{ dbt.type_string() }}) as close_date,
        cast({{ percent_to_share('probability_percent') }} as {{ dbt.type_string() }}) as probability,
        {{ salesforce_forecast_category('forecast_category') }} as forecast_category,
        row_number() over (
            partition by opportunity_id, created_at
            order by opportunity_history_id desc
        ) as rank_in_second
    from {{ part(ref('stg_salesforce__opportunity_histories')) }}
),

consecutive as (
    select
        opportunity_id,
        changed_at,
        {%- for field in fields %}
            {{ field }},
            lag({{ field }}) over (partition by opportunity_id order by changed_at) as previous_{{ field }},
        {%- endfor %}
        created_by_user_id,
        known_at
    from snapshots
    where rank_in_second = 1
)

{% for field in fields -%}
    select
        opportunity_id,
        changed_at,
        '{{ field }}' as field_name,
        previous_{{ field }} as old_value,
        {{ field }} as new_value,
        created_by_user_id,
        known_at
    from consecutive
    where {{ field }} is distinct from previous_{{ field }}
    {% if not loop.last -%}
        union all
    {% endif -%}
{% endfor %}
