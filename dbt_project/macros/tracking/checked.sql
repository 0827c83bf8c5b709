{#-
    What a test has to look at: the rows of the keys that changed since it last passed, and everything where that is not
    known. A test that fails or warns has not passed, so it counts all it finds again in the next build.

    It is for tests in which the rows of a key pass or fail by themselves. Those of dbt for a column do; those of ours that
    compare rows ask `checked_within`. `also` are models with the same key that the test compares the rows with.
-#}
{% macro checked(relation, also=[]) -%}
    {{ return(adapter.dispatch('checked')(relation, also)) }}
{%- endmacro %}

{% macro default__checked(relation, also) -%}
    {{ return(relation) }}
{%- endmacro %}

{% macro duckdb__checked(relation, also) -%}
    {%- set changed = [] -%}
    {%- for each in [relation] + also -%}
        {%- set since = checked_since(each) -%}
        {%- if since is none -%}
            {{ return(relation) }}
        {%- endif -%}
        {%- do changed.append(query_changed_keys(each, since)) -%}
    {%- endfor -%}
    {{ return(
        '(select * from ' ~ relation ~ ' where (' ~ key_of(relation) ~ ') in (' ~ changed | join(' union all ') ~ '))'
    ) }}
{%- endmacro %}


{#- dbt asks this for the relation of every generic test. -#}
{% macro get_where_subquery(relation) -%}
    {%- if config.get('where', '') -%}
        {{ return(default__get_where_subquery(relation)) }}
    {%- endif -%}
    {{ return(checked(relation)) }}
{%- endmacro %}


{#- The whole relation that a generic test is about, whatever `checked` made of it. -#}
{% macro tested_relation() -%}
    {%- set node = graph.nodes[model.attached_node] -%}
    {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{%- endmacro %}


{#-
    What a generic test that compares rows with each other has to look at: `checked_rows`, its argument, where rows that it
    compares have all of `columns` in common and the key is one of these; else the whole table.
-#}
{% macro checked_within(checked_rows, columns) -%}
    {%- if not execute or key_of(tested_relation()) in columns -%}
        {{ return(checked_rows) }}
    {%- endif -%}
    {{ return(tested_relation()) }}
{%- endmacro %}


{#- A query for the keys of a model that changed after a build. -#}
{% macro query_changed_keys(relation, since) -%}
    {{ return(
        'select ' ~ key_of(relation) ~ ' from ' ~ changes_of(relation.schema, relation.identifier)
        ~ ' where _build > ' ~ since
    ) }}
{%- endmacro %}


{#- The key that the model of a relation declares; none if there is none, or no such model. -#}
{% macro key_of(relation) -%}
    {%- set found = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | selectattr('schema', 'equalto', relation.schema) | selectattr('alias', 'equalto', relation.identifier) | first -%}
    {{ return(found.config.meta.get('key') if found else none) }}
{%- endmacro %}


{#- The build in which the test at hand last passed, if the changes of a keyed model since then are known; else none. -#}
{% macro checked_since(relation) -%}
    {%- if not execute or relation.is_cte or not key_of(relation) or should_full_refresh() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set passed_in = passed_tests().get(model.unique_id) -%}
    {%- if passed_in is none or passed_in < this_build() - kept_builds() or is_rebuilt_since(relation, passed_in) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(passed_in) }}
{%- endmacro %}


{#- Whether a model was built as a whole after a build, so that nobody knows what changed in it. -#}
{% macro is_rebuilt_since(relation, since) -%}
    {%- set found = known_models().get(relation.schema ~ '.' ~ relation.identifier) -%}
    {{ return(found is not none and found.whole_in > since) }}
{%- endmacro %}
