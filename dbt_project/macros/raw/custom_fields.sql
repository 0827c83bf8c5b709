{#-
    Columns of a raw table that its contract does not know, packed into one JSON text, nulls left out.

    Which columns there are is asked of the files when the model runs: a field that the org adds tomorrow arrives without
    a change here. Null when a row has none.
-#}
{% macro custom_fields(system, table) -%}
    {%- set names = custom_field_names(system, table) -%}
    {%- if names -%}
        {{ json_object_of(names) }}
    {%- else -%}
        cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}


{% macro custom_field_names(system, table) %}
    {%- if not execute or lake_dir() == '' or source(system, table).is_cte -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set known = raw_contract(system, table).columns.keys() | map('lower') | list -%}
    {%- set names = [] -%}
    {%- for column in column_names_of(read_parquet_files(raw_files(system, table) | map(attribute='path') | list)) -%}
        {%- if column | lower not in known and not column.startswith('_dlt') -%}
            {%- do names.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names | sort) }}
{% endmacro %}
