{#
    What is known of each tracked field of each opportunity: its value now, when the opportunity began, and when its close
    day began in the company's time zone. Values are texts, so that all fields share one shape.
#}
{{ config(meta={
    'key': 'opportunity_id',
    'inputs': {
        'conformed_opportunity': 'opportunity_id',
        'conformed_opportunity_history': 'opportunity_id',
        'int_company_clock': {
            'via': 'conformed_opportunity',
            'column': 'company_id',
            'matches': 'company_id',
            'columns': ['company_id', 'time_zone'],
        },
    },
}) }}
{% set fields = [
    'stage_name', 'amount', 'close_date', 'owner_person_id', 'account_id', 'probability', 'forecast_category'
] %}
with first_changes as (
    select
        opportunity_id,
        min(changed_at) as first_changed_at,
        min(case when field_name = 'stage_name' and old_value is null then changed_at end) as first_snapshot_at
    from {{ part(ref('conformed_opportunity_history')) }}
    group by opportunity_id
),

opportunities as (
    select
        opportunities.*,
        coalesce(
            opportunities.created_at,
            first_changes.first_changed_at,
            cast({{ far_past() }} as timestamp)
        ) as began_at,
        first_changes.first_snapshot_at,
        {{ start_of_day('opportunities.close_date', 'clock.time_zone') }} as close_day_at
    from {{ part(ref('conformed_opportunity')) }} as opportunities
    inner join {{ ref('int_company_clock') }} as clock on opportunities.company_id = clock.company_id
    left join first_changes on opportunities.opportunity_id = first_changes.opportunity_id
)

{% for field in fields -%}
    select
        opportunity_id,
        '{{ field }}' as field_name,
        cast({{ field }} as {{ dbt.type_string() }}) as current_value,
        status,
        began_at,
        first_snapshot_at,
        close_day_at,
        source_modified_at
    from opportunities
    {% if not loop.last -%}
        union all
    {% endif -%}
{% endfor %}
