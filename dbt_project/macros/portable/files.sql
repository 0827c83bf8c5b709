{#- Parquet files as one relation: columns are matched by name, a column that a file lacks is null. -#}
{% macro read_parquet_files(paths) %}
    {{ return(adapter.dispatch('read_parquet_files')(paths)) }}
{% endmacro %}

{% macro duckdb__read_parquet_files(paths) -%}
    {%- set quoted = [] -%}
    {%- for path in paths -%}
        {%- do quoted.append("'" ~ path | replace("'", "''") ~ "'") -%}
    {%- endfor -%}
    read_parquet([{{ quoted | join(', ') }}], union_by_name = true)
{%- endmacro %}


{#- A file of JSON lines as a relation of text columns. -#}
{% macro read_json_lines(path, columns) %}
    {{ return(adapter.dispatch('read_json_lines')(path, columns)) }}
{% endmacro %}

{% macro duckdb__read_json_lines(path, columns) -%}
    {%- set typed = [] -%}
    {%- for column in columns -%}
        {%- do typed.append('"' ~ column ~ '"' ~ ": 'varchar'") -%}
    {%- endfor -%}
    read_json('{{ path | replace("'", "''") }}', format = 'newline_delimited', columns = { {{ typed | join(', ') }} })
{%- endmacro %}


{#- The column names of something that can be selected from, as a list, found at run time. -#}
{% macro column_names_of(relation) %}
    {{ return(run_query('describe select * from ' ~ relation).columns[0].values() | list) }}
{% endmacro %}
