{#-
    How many rows and loads a raw table holds and how far it reaches: one row. `stamp` is the source's own, if it has one.
    Moments are converted once per load and not once per row: this reads every table.
-#}
{% macro raw_table_summary(system, table, stamp) -%}
    select
        '{{ system }}' as source_system,
        '{{ table }}' as table_name,
        coalesce(cast(sum(row_count) as bigint), 0) as raw_row_count,
        count(_dlt_load_id) as load_count,
        max({{ known_at() }}) as last_loaded_at,
        {% if stamp -%}
            max({{ to_utc('latest_stamp') }}) as latest_record_at
        {%- else -%}
            cast(null as timestamp) as latest_record_at
        {%- endif %}
    from (
        select
            _dlt_load_id,
            {% if stamp -%}
                max({{ stamp }}) as latest_stamp,
            {%- endif %}
            count(*) as row_count
        from {{ raw_table(system, table) }}
        group by _dlt_load_id
    ) as loads
{%- endmacro %}
