{#-
    A table that is only rebuilt as far as its inputs have changed (see `tracking_plan`), and that notes which of its rows a
    build changed, so that the models that read it can do the same. Table, changed rows and note are one transaction.
-#}
{% materialization tracked, adapter='duckdb' %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set plan = tracking_plan() -%}
    {%- set changes = changes_of(this.schema, this.identifier) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if plan.mode == 'none' %}
        {% call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) %}{% endcall %}
        {# Noted with all others at the end of the run: see `end_tracking`. #}
        {% set outcome = none %}
    {% elif plan.mode == 'part' %}
        {% do build_part(target_relation, plan) %}
        {% set outcome = log_changes(target_relation, touched_rows(target_relation), part_table(), changes) %}
        {% do replace_changed_keys(target_relation, outcome) %}
    {% else %}
        {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
        {% do drop_relation_if_exists(load_cached_relation(intermediate_relation)) %}
        {% call statement('main') -%}
            {{ create_table_as(False, intermediate_relation, sql) }}
        {%- endcall %}
        {# A keyed table is large: comparing all of it would cost as much as building it. #}
        {% if plan.is_tracked and not model_key() and has_the_columns_of(existing_relation, intermediate_relation) %}
            {% set outcome = log_changes(target_relation, target_relation, intermediate_relation, changes) %}
        {% else %}
            {% do run_query(
                'create or replace table ' ~ changes ~ ' as select *, cast(null as bigint) as _build,'
                ~ ' cast(null as boolean) as _is_new from ' ~ intermediate_relation ~ ' limit 0'
            ) %}
            {% set outcome = {'mode': 'full', 'rows': none} %}
        {% endif %}
        {% if outcome.mode == 'unchanged' %}
            {% do drop_relation_if_exists(intermediate_relation) %}
        {% else %}
            {% do drop_relation_if_exists(existing_relation) %}
            {% do adapter.rename_relation(intermediate_relation, target_relation) %}
            {% do persist_docs(target_relation, model) %}
        {% endif %}
    {% endif %}

    {% if outcome is not none %}
        {% do note_build(outcome) %}
    {% endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- The touched keys as this build makes them. -#}
{% macro part_table() -%}
"part__{{ this.identifier }}"
{%- endmacro %}


{#- The rows of the touched keys as they were. -#}
{% macro touched_rows(relation) -%}
(select * from {{ relation }} where ({{ model_key() }}) in (select touched_key from {{ touched_keys() }}))
{%- endmacro %}


{#- Find the touched keys, and make their rows anew in a temporary table of the same shape. -#}
{% macro build_part(relation, plan) %}
    {% do run_query('create or replace temp table ' ~ touched_keys() ~ ' as ' ~ query_touched_keys(plan)) %}
    {% do run_query('create or replace temp table ' ~ part_table() ~ ' as select * from ' ~ relation ~ ' limit 0') %}
    {% call statement('main') -%}
        insert into {{ part_table() }} by name (
            {{ sql }}
        )
    {%- endcall %}
{% endmacro %}


{#- Note the rows by which two relations differ. Returns what became of the table. -#}
{% macro log_changes(relation, old_rows, new_rows, changes) %}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='quoted') | join(', ') -%}
    {%- set old = 'select ' ~ columns ~ ' from ' ~ old_rows -%}
    {%- set new = 'select ' ~ columns ~ ' from ' ~ new_rows -%}
    {% do run_query(
        'insert into ' ~ changes ~ ' by name select *, ' ~ this_build() ~ ' as _build, false as _is_new from ('
        ~ old ~ ' except all ' ~ new ~ ')'
    ) %}
    {% do run_query(
        'insert into ' ~ changes ~ ' by name select *, ' ~ this_build() ~ ' as _build, true as _is_new from ('
        ~ new ~ ' except all ' ~ old ~ ')'
    ) %}
    {% set count = run_query('select count(*) from ' ~ changes ~ ' where _build = ' ~ this_build()).rows[0][0] %}
    {{ return({'mode': 'changed' if count else 'unchanged', 'rows': count}) }}
{% endmacro %}


{#- Put the rows of the keys that came out differently in the place of the old ones. -#}
{% macro replace_changed_keys(relation, outcome) %}
    {% if outcome.mode == 'changed' %}
        {%- set changed_keys = '(select ' ~ model_key() ~ ' from ' ~ changes_of(this.schema, this.identifier)
            ~ ' where _build = ' ~ this_build() ~ ')' -%}
        {% do run_query('delete from ' ~ relation ~ ' where (' ~ model_key() ~ ') in ' ~ changed_keys) %}
        {% do run_query(
            'insert into ' ~ relation ~ ' by name select * from ' ~ part_table() ~ ' where (' ~ model_key() ~ ') in '
            ~ changed_keys
        ) %}
    {% endif %}
    {% do run_query('drop table ' ~ part_table()) %}
    {% do run_query('drop table ' ~ touched_keys()) %}
{% endmacro %}


{#- Whether two tables have the same columns, so that their rows can be compared. -#}
{% macro has_the_columns_of(relation, other) %}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {{ return(columns == (adapter.get_columns_in_relation(other) | map(attribute='name') | list)) }}
{% endmacro %}


{#- Note how the model fared in this build, and which load packages it has taken in. -#}
{% macro note_build(outcome) %}
    {%- set schema_and_model = "'" ~ this.schema ~ "', '" ~ this.identifier ~ "'" -%}
    {% do run_query(
        'insert into tracking.model_builds select ' ~ this_build() ~ ', ' ~ schema_and_model ~ ", '" ~ outcome.mode ~ "', "
        ~ (outcome.rows if outcome.rows is not none else 'null') ~ ", '" ~ model.checksum.checksum ~ "'"
    ) %}
    {%- set tables = [] -%}
    {%- for id in model.depends_on.nodes if id.startswith('source.') -%}
        {%- do tables.append(graph.sources[id].source_name ~ '.' ~ graph.sources[id].name) -%}
    {%- endfor -%}
    {% if tables and outcome.mode != 'unchanged' or changed_raw_tables() %}
        {% do run_query(
            "delete from tracking.model_loads where schema_name = '" ~ this.schema ~ "' and model_name = '"
            ~ this.identifier ~ "'"
        ) %}
        {% do run_query(
            'insert into tracking.model_loads select distinct ' ~ schema_and_model
            ~ ', system, "table", unnest(loads) from ' ~ catalog_relation()
            ~ " where system || '.' || \"table\" in ('" ~ tables | join("', '") ~ "')"
        ) %}
    {% endif %}
{% endmacro %}
