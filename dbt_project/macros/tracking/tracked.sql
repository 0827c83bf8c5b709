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
        {# Noted with all others at the end of the run: see `end_tracking`. #}
        {% call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) %}{% endcall %}
    {% elif plan.mode == 'part' %}
        {% do build_part(target_relation, plan) %}
        {% set outcome = log_changes(touched_rows(target_relation), part_table(), changes) %}
        {% do run_statements(replacing_changed_keys(target_relation, outcome) + noting_build(outcome)) %}
    {% else %}
        {%- set new_relation = target_relation if existing_relation is none else make_intermediate_relation(target_relation) -%}
        {% do drop_relation_if_exists(load_cached_relation(new_relation)) %}
        {% call statement('main') -%}
            {{ create_table_as(False, new_relation, sql) }}
        {%- endcall %}
        {# A keyed table is large: comparing all of it would cost as much as building it. #}
        {% if plan.is_tracked and not model_key() and has_the_columns_of(existing_relation, new_relation) %}
            {% set outcome = log_changes(target_relation, new_relation, changes) %}
            {%- set statements = [] -%}
        {% else %}
            {% set outcome = {'mode': 'full', 'rows': none} %}
            {%- set statements = [
                'create or replace table ' ~ changes ~ ' as select *, cast(null as bigint) as _build,'
                ~ ' cast(null as boolean) as _is_new from ' ~ new_relation ~ ' limit 0'
            ] -%}
        {% endif %}
        {% if outcome.mode == 'unchanged' %}
            {% do statements.append('drop table ' ~ new_relation) %}
        {% elif existing_relation is not none %}
            {% do statements.append('drop ' ~ existing_relation.type ~ ' ' ~ existing_relation) %}
            {% do statements.append('alter table ' ~ new_relation ~ ' rename to ' ~ adapter.quote(this.identifier)) %}
        {% endif %}
        {% do run_statements(statements + noting_build(outcome)) %}
        {% if outcome.mode != 'unchanged' %}
            {% do persist_docs(target_relation, model) %}
        {% endif %}
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
    {% do run_statements([
        'create or replace temp table ' ~ touched_keys() ~ ' as ' ~ query_touched_keys(plan),
        'create or replace temp table ' ~ part_table() ~ ' as select * from ' ~ relation ~ ' limit 0',
    ]) %}
    {% call statement('main') -%}
        insert into {{ part_table() }} by name (
            {{ sql }}
        )
    {%- endcall %}
{% endmacro %}


{#- Note the rows by which two relations of the same columns differ. Returns what became of the table. -#}
{% macro log_changes(old_rows, new_rows, changes) %}
    {%- set old = 'select * from ' ~ old_rows -%}
    {%- set new = 'select * from ' ~ new_rows -%}
    {% set count = run_query(
        'insert into ' ~ changes ~ ' by name'
        ~ ' select *, ' ~ this_build() ~ ' as _build, false as _is_new from (' ~ old ~ ' except all ' ~ new ~ ')'
        ~ ' union all'
        ~ ' select *, ' ~ this_build() ~ ' as _build, true as _is_new from (' ~ new ~ ' except all ' ~ old ~ ')'
    ).rows[0][0] | int %}
    {{ return({'mode': 'changed' if count else 'unchanged', 'rows': count}) }}
{% endmacro %}


{#- Statements that put the rows of the keys that came out differently in the place of the old ones. -#}
{% macro replacing_changed_keys(relation, outcome) %}
    {%- set statements = ['drop table ' ~ touched_keys(), 'drop table ' ~ part_table()] -%}
    {% if outcome.mode == 'changed' %}
        {%- set is_changed = ' where (' ~ model_key() ~ ') in (select ' ~ model_key() ~ ' from '
            ~ changes_of(this.schema, this.identifier) ~ ' where _build = ' ~ this_build() ~ ')' -%}
        {% set statements = [
            'delete from ' ~ relation ~ is_changed,
            'insert into ' ~ relation ~ ' by name select * from ' ~ part_table() ~ is_changed,
        ] + statements %}
    {% endif %}
    {{ return(statements) }}
{% endmacro %}


{#- Whether two tables have the same columns, so that their rows can be compared. -#}
{% macro has_the_columns_of(relation, other) %}
    {{ return(column_names_of(relation) == column_names_of(other)) }}
{% endmacro %}


{#-
    Statements that note how the model fared in this build, and which load packages it has taken in. The models that read
    it, which are built after it, find the same in `known_models`.
-#}
{% macro noting_build(outcome) %}
    {%- set schema_and_model = "'" ~ this.schema ~ "', '" ~ this.identifier ~ "'" -%}
    {%- set statements = [
        'insert into tracking.model_builds values (' ~ this_build() ~ ', ' ~ schema_and_model ~ ", '" ~ outcome.mode ~ "', "
        ~ (outcome.rows if outcome.rows is not none else 'null') ~ ", '" ~ model.checksum.checksum ~ "')"
    ] -%}
    {%- set tables = [] -%}
    {%- for id in model.depends_on.nodes if id.startswith('source.') -%}
        {%- do tables.append(graph.sources[id].source_name ~ '.' ~ graph.sources[id].name) -%}
    {%- endfor -%}
    {% if tables and outcome.mode != 'unchanged' or changed_raw_tables() %}
        {% do statements.append(
            "delete from tracking.model_loads where schema_name = '" ~ this.schema ~ "' and model_name = '"
            ~ this.identifier ~ "'"
        ) %}
        {% do statements.append(
            'insert into tracking.model_loads select distinct ' ~ schema_and_model
            ~ ', system, "table", unnest(loads) from ' ~ catalog_relation()
            ~ " where system || '.' || \"table\" in ('" ~ tables | join("', '") ~ "')"
        ) %}
    {% endif %}
    {% if outcome.mode != 'unchanged' %}
        {%- set noted = known_models().setdefault(this.schema ~ '.' ~ this.identifier, {'changed_in': 0, 'whole_in': 0}) -%}
        {% do noted.update({'changed_in': this_build()}) %}
        {% if outcome.mode == 'full' %}
            {% do noted.update({'whole_in': this_build()}) %}
        {% endif %}
    {% endif %}
    {{ return(statements) }}
{% endmacro %}
