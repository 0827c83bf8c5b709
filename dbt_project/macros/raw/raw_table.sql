{#-
    A raw table of the lake, as something to select from.

    Which files belong to it is data, not configuration: the list is read from the lake's catalog when the model runs, so
    new loads never make dbt parse the project again. `source()` gives the lineage; in a unit test it is the fixture.
-#}
{% macro raw_table(system, table) -%}
    {%- set relation = source(system, table) -%}
    {%- if not execute or relation.is_cte -%}
        {{ relation }}
    {%- else -%}
        {{ read_parquet_files(raw_files(system, table)) }}
    {%- endif -%}
{%- endmacro %}


{#-
    The columns of a raw table in the contract's order, and those it does not know where they are asked for: looking for
    them reads every file. None in a unit test, whose fixture has only the columns that the test needs.
-#}
{% macro raw_columns(system, table, with_custom_fields=false) %}
    {%- if not execute or source(system, table).is_cte -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(
        raw_contract(system, table).columns.keys() | list
        + (custom_field_names(system, table) if with_custom_fields else [])
    ) }}
{% endmacro %}


{#- The contract of a raw table: its source entry. -#}
{% macro raw_contract(system, table) %}
    {{ return(
        graph.sources.values()
        | selectattr('source_name', 'equalto', system) | selectattr('name', 'equalto', table) | first
    ) }}
{% endmacro %}


{#- The files that this build may read of one raw table: its zero-row contract file, then those of completed loads. -#}
{% macro raw_files(system, table) %}
    {%- set query -%}
        select path
        from {{ read_json_lines(lake_path('catalog/raw_files.jsonl'), ['system', 'table', 'path']) }}
        where system = '{{ system }}' and {{ adapter.quote('table') }} = '{{ table }}'
    {%- endset -%}
    {%- if lake_dir() == '' -%}
        {{ return([lake_path(system ~ '/' ~ table)]) }}
    {%- endif -%}
    {%- set files = run_query(query).columns[0].values() | list -%}
    {%- if files | length == 0 -%}
        {{ exceptions.raise_compiler_error('The lake catalog lists no file of ' ~ system ~ '.' ~ table
            ~ ', not even its contract file: write the catalog anew.') }}
    {%- endif -%}
    {{ return(files) }}
{% endmacro %}


{#- The lake's folder. Read at run time only, so that a change of the variable does not invalidate the parsed project. -#}
{% macro lake_dir() %}
    {{ return(env_var('SALESOPS_LAKE_DIR', '') if execute else '') }}
{% endmacro %}


{#- A path inside the lake. Without the variable it names what is missing: compiling and linting need no lake. -#}
{% macro lake_path(path) %}
    {{ return((lake_dir() or 'SALESOPS_LAKE_DIR is not set') ~ '/' ~ path) }}
{% endmacro %}
