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


{#- A file of JSON lines as a relation. `columns` says of each column whether it is a `text` or a list of `texts`. -#}
{% macro read_json_lines(path, columns) %}
    {{ return(adapter.dispatch('read_json_lines')(path, columns)) }}
{% endmacro %}

{% macro duckdb__read_json_lines(path, columns) -%}
    {%- set types = {'text': 'varchar', 'texts': 'varchar[]'} -%}
    {%- set typed = [] -%}
    {%- for column, type in columns.items() -%}
        {%- do typed.append('"' ~ column ~ '"' ~ ": '" ~ types[type] ~ "'") -%}
    {%- endfor -%}
    read_json('{{ path | replace("'", "''") }}', format = 'newline_delimited', columns = { {{ typed | join(', ') }} })
{%- endmacro %}


{#- The texts of a list as one text, separated by commas; null or empty for an empty list. -#}
{% macro joined_texts(expression) %}{{ return(adapter.dispatch('joined_texts')(expression)) }}{% endmacro %}

{% macro duckdb__joined_texts(expression) -%}
    array_to_string({{ expression }}, ',')
{%- endmacro %}

{% macro spark__joined_texts(expression) -%}
    array_join({{ expression }}, ',')
{%- endmacro %}


{#- The column names of something that can be selected from, as a list, found at run time. -#}
{% macro column_names_of(relation) %}
    {{ return(run_query('describe select * from ' ~ relation).columns[0].values() | list) }}
{% endmacro %}
