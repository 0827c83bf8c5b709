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

{#- Spark reads options from a view only, so this makes one for the session and names it. -#}
{% macro spark__read_parquet_files(paths) %}
    {%- set view = 'parquet_files_' ~ local_md5(paths | join('\n')) -%}
    {%- if execute -%}
        {%- do run_query(
            'create or replace temporary view ' ~ view ~ " using parquet options (mergeSchema 'true', path "
            ~ spark_text(spark_glob(paths)) ~ ')'
        ) -%}
    {%- endif -%}
    {{ return(view) }}
{% endmacro %}


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

{% macro spark__read_json_lines(path, columns) %}
    {%- set types = {'text': 'string', 'texts': 'array<string>'} -%}
    {%- set typed = [] -%}
    {%- for column, type in columns.items() -%}
        {%- do typed.append(adapter.quote(column) ~ ' ' ~ types[type]) -%}
    {%- endfor -%}
    {%- set view = 'json_lines_' ~ local_md5(path) -%}
    {%- if execute -%}
        {%- do run_query(
            'create or replace temporary view ' ~ view ~ ' (' ~ typed | join(', ') ~ ') using json options (path '
            ~ spark_text(spark_glob([path])) ~ ')'
        ) -%}
    {%- endif -%}
    {{ return(view) }}
{% endmacro %}


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


{#-
    Several paths of one file system as the one path that Spark's readers take in SQL: `<root>/{path,path}`. As in DuckDB
    `*` and `?` in a path are wildcards; braces and commas are not.
-#}
{% macro spark_glob(paths) %}
    {%- set root = modules.re.match('([a-z][a-z0-9+.-]*://[^/]*)?/?', paths[0]).group(0) -%}
    {%- set names = [] -%}
    {%- for path in paths -%}
        {%- do names.append(modules.re.sub('([\\\\{},])', '\\\\\\1', path[root | length:])) -%}
    {%- endfor -%}
    {{ return(root ~ ('{' ~ names | join(',') ~ '}' if names | length > 1 else names[0])) }}
{% endmacro %}


{#- A text literal of Spark, in which a backslash escapes. -#}
{% macro spark_text(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{% endmacro %}
