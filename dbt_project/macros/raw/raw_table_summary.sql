{#- How many rows and loads a raw table holds and how far it reaches: one row. `stamp` is the source's own, if it has one. -#}
{% macro raw_table_summary(system, table, stamp) -%}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as table_name,
        count(*) as raw_row_count,
        count(distinct _dlt_load_id) as load_count,
        max({{ known_at() }}) as last_loaded_at,
        {% if stamp -%}
            max({{ to_utc(stamp) }}) as latest_record_at
        {%- else -%}
            cast(null as timestamp) as latest_record_at
        {%- endif %}
    from {{ raw_table(system, table) }}
{%- endmacro %}
