{#-
    What the warehouse remembers of its own builds, in the schema `tracking`:

    - `builds`: one row per dbt invocation, numbered;
    - `model_builds`: how each model fared in it (`full`: rebuilt as a whole; `changed`: the differences are known;
      `unchanged`), and from which text it was built;
    - `model_loads`: the load packages of raw tables that a model has taken in;
    - `test_passes`: the last build in which a test found nothing;
    - `"<schema>__<model>"`: the rows of a model that a build changed, the old and the new ones.

    A model reads from it what has changed in its inputs since it was last built itself. So a build that was cut off or
    failed halfway is caught up with by the next one, whichever models it reached.
-#}

{#- How many builds the changed rows are kept for. Who has looked at none of them takes a table as wholly changed. -#}
{% macro kept_builds() %}{{ return(5) }}{% endmacro %}


{#- The table with the changed rows of a model. -#}
{% macro changes_of(schema, name) -%}
tracking."{{ schema }}__{{ name }}"
{%- endmacro %}


{#- Begin a build: make the tables if there are none, draw a number, forget what is too old to be asked for. -#}
{% macro start_tracking() %}
    {{ return(adapter.dispatch('start_tracking')()) }}
{% endmacro %}

{% macro default__start_tracking() %}
    {{ return('select 1') }}
{% endmacro %}

{% macro duckdb__start_tracking() %}
    {% if not execute %}
        {{ return('select 1') }}
    {% endif %}
    {% do run_query(
        "create schema if not exists tracking;"
        "create table if not exists tracking.builds (build bigint, started_at timestamp);"
        "create table if not exists tracking.model_builds ("
        "  build bigint, schema_name varchar, model_name varchar, mode varchar, changed_rows bigint, checksum varchar"
        ");"
        "create table if not exists tracking.model_loads ("
        "  schema_name varchar, model_name varchar, system varchar, table_name varchar, load_id varchar"
        ");"
        "create table if not exists tracking.test_passes (test_id varchar, build bigint);"
        "insert into tracking.builds"
        " select coalesce(max(build), 0) + 1, timestamp '" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S') ~ "' from tracking.builds;"
    ) %}
    {% set statements = ['delete from tracking.model_builds where build < ' ~ (this_build() - 100)] %}
    {% for row in run_query(
        "select distinct schema_name, model_name from tracking.model_builds where mode = 'changed' and build = "
        ~ (this_build() - kept_builds() - 1)
    ).rows %}
        {% do statements.append(
            'delete from ' ~ changes_of(row[0], row[1]) ~ ' where _build < ' ~ (this_build() - kept_builds())
        ) %}
    {% endfor %}
    {% do run_statements(statements) %}
    {{ return('select 1') }}
{% endmacro %}


{#-
    End a build: note the models that had nothing to do and the tests that found nothing, all at once. A build that is killed
    before leaves them with an older note, from which they see more changes than they need to, and none too few.
-#}
{% macro end_tracking(results) %}
    {{ return(adapter.dispatch('end_tracking')(results)) }}
{% endmacro %}

{% macro default__end_tracking(results) %}
    {{ return('select 1') }}
{% endmacro %}

{% macro duckdb__end_tracking(results) %}
    {%- set unchanged = [] -%}
    {%- set passed = [] -%}
    {%- for result in results or [] -%}
        {%- if result.node.resource_type == 'model' and result.message == 'UNCHANGED' -%}
            {%- do unchanged.append(
                '(' ~ this_build() ~ ", '" ~ result.node.schema ~ "', '" ~ result.node.alias ~ "', 'unchanged', 0, '"
                ~ result.node.checksum.checksum ~ "')"
            ) -%}
        {%- elif result.node.resource_type == 'test' and result.status == 'pass' -%}
            {%- do passed.append("('" ~ result.node.unique_id ~ "', " ~ this_build() ~ ')') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if unchanged -%}
        {%- do run_query('insert into tracking.model_builds values ' ~ unchanged | join(', ')) -%}
    {%- endif -%}
    {%- if passed -%}
        {%- do run_statements([
            'create or replace temp table passed_tests (test_id varchar, build bigint)',
            'insert into passed_tests values ' ~ passed | join(', '),
            'delete from tracking.test_passes where test_id in (select test_id from passed_tests)',
            'insert into tracking.test_passes select * from passed_tests',
            'drop table passed_tests',
        ]) -%}
    {%- endif -%}
    {{ return('select 1') }}
{% endmacro %}
