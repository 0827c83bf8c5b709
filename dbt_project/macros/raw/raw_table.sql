{#-
    A raw table of the lake, as something to select from.

    Which files belong to it is data, not configuration: the list is read from the lake's catalog when the model runs, so
    new loads never make dbt parse the project again. `source()` gives the lineage; in a unit test it is the fixture.
-#}
{% macro raw_table(system, table, newest_suffice=false) -%}
    {%- set relation = source(system, table) -%}
    {%- if not execute or relation.is_cte -%}
        {{ return(relation) }}
    {%- endif -%}
    {%- set files = raw_files(system, table) -%}
    {%- set conditions = [] -%}
    {%- set hidden = files | map(attribute='hidden') | sum(start=[]) | unique | list -%}
    {%- if hidden -%}
        {%- do conditions.append("coalesce(_dlt_load_id not in ('" ~ hidden | join("', '") ~ "'), true)") -%}
    {%- endif -%}
    {{ return(adapter.dispatch('raw_part')(system ~ '.' ~ table, files, conditions, newest_suffice)) }}
{%- endmacro %}


{#-
    The files of a raw table under some conditions, narrowed to what a keyed model has to make anew (see `part`). Where only
    the newest version of a record is wanted and all new loads are later than those before, the new ones suffice.
-#}
{% macro default__raw_part(name, files, conditions, newest_suffice) -%}
    {%- set rows = read_parquet_files(files | map(attribute='path') | list) -%}
    {{ return('(select * from ' ~ rows ~ ' where ' ~ conditions | join(' and ') ~ ')' if conditions else rows) }}
{%- endmacro %}

{% macro duckdb__raw_part(name, files, conditions, newest_suffice) -%}
    {%- set input = declared_inputs().get(name) -%}
    {%- set plan = tracking_plan() if input else {'mode': 'full'} -%}
    {%- if plan.mode == 'part' and newest_suffice and plan.changed | length == 1 and plan.loads[name].all_later -%}
        {{ return(raw_rows_of_loads(name, plan.loads[name].loads)) }}
    {%- elif plan.mode == 'part' -%}
        {%- do conditions.append(is_touched(input)) -%}
    {%- endif -%}
    {{ return(default__raw_part(name, files, conditions, newest_suffice)) }}
{%- endmacro %}


{#-
    The rows of some load packages of a raw table, named `<system>.<table>`: only the files that hold them are read. They
    have the columns of all files.
-#}
{% macro raw_rows_of_loads(name, loads) %}
    {%- set system, table = name.split('.') -%}
    {%- set files = raw_files(system, table) -%}
    {%- set held = [] -%}
    {%- for file in files if file.loads | select('in', loads) | list -%}
        {%- do held.append(file.path) -%}
    {%- endfor -%}
    {{ return(
        '(select * from ' ~ read_parquet_files(files | map(attribute='path') | list) ~ ' where false'
        ~ ' union all by name select * from ' ~ read_parquet_files(held) ~ " where _dlt_load_id in ('"
        ~ loads | join("', '") ~ "'))"
    ) }}
{% endmacro %}


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


{#-
    The files that this build may read of one raw table: its zero-row contract file, then those of completed loads. Each
    with its path, the load packages it holds (`loads`), and those it holds and this build must not see (`hidden`).
-#}
{% macro raw_files(system, table) %}
    {%- if lake_dir() == '' -%}
        {{ return([{'path': lake_path(system ~ '/' ~ table), 'loads': [], 'hidden': []}]) }}
    {%- endif -%}
    {%- set files = raw_catalog().get(system ~ '.' ~ table, []) -%}
    {%- if files | length == 0 -%}
        {{ exceptions.raise_compiler_error('The lake catalog lists no file of ' ~ system ~ '.' ~ table
            ~ ', not even its contract file: write the catalog anew.') }}
    {%- endif -%}
    {{ return(files) }}
{% endmacro %}


{#- The lake's catalog as `raw_files` gives it, by system and table. -#}
{% macro raw_catalog() %}
    {%- set kept = memory() -%}
    {%- if 'raw_catalog' not in kept -%}
        {%- set query -%}
            select system, {{ adapter.quote('table') }}, path, {{ joined_texts('loads') }}, {{ joined_texts('hidden_loads') }}
            from {{ catalog_relation() }}
        {%- endset -%}
        {%- set catalog = {} -%}
        {%- for row in run_query(query).rows -%}
            {%- do catalog.setdefault(row[0] ~ '.' ~ row[1], []).append({
                'path': row[2],
                'loads': row[3].split(',') if row[3] else [],
                'hidden': row[4].split(',') if row[4] else [],
            }) -%}
        {%- endfor -%}
        {%- do kept.setdefault('raw_catalog', catalog) -%}
    {%- endif -%}
    {{ return(kept.raw_catalog) }}
{% endmacro %}


{#- The lake's catalog: system, table, path, and the lists loads and hidden_loads. -#}
{% macro catalog_relation() -%}
    {{ read_json_lines(lake_path('catalog/raw_files.jsonl'), {
        'system': 'text', 'table': 'text', 'path': 'text', 'loads': 'texts', 'hidden_loads': 'texts'
    }) }}
{%- endmacro %}


{#- The lake's folder. Read at run time only, so that a change of the variable does not invalidate the parsed project. -#}
{% macro lake_dir() %}
    {{ return(env_var('SALESOPS_LAKE_DIR', '') if execute else '') }}
{% endmacro %}


{#- A path inside the lake. Without the variable it names what is missing: compiling and linting need no lake. -#}
{% macro lake_path(path) %}
    {{ return((lake_dir() or 'SALESOPS_LAKE_DIR is not set') ~ '/' ~ path) }}
{% endmacro %}
