{#- A JSON object text of the text columns named, nulls left out; null when nothing is left. -#}
{% macro json_object_of(columns) %}{{ return(adapter.dispatch('json_object_of')(columns)) }}{% endmacro %}

{% macro duckdb__json_object_of(columns) -%}
    nullif(cast(json_merge_patch(json_object(), json_object({{ names_and_texts(columns) }})) as varchar), '{}')
{%- endmacro %}

{% macro spark__json_object_of(columns) -%}
    nullif(to_json(named_struct({{ names_and_texts(columns) }})), '{}')
{%- endmacro %}

{% macro names_and_texts(columns) -%}
    {%- for column in columns -%}
        '{{ column }}', cast({{ adapter.quote(column) }} as {{ dbt.type_string() }}){{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The text of one field of a JSON object text, null when the object lacks it. -#}
{% macro json_text(expression, name) %}{{ return(adapter.dispatch('json_text')(expression, name)) }}{% endmacro %}

{% macro duckdb__json_text(expression, name) -%}
    json_extract_string({{ expression }}, '$."{{ name }}"')
{%- endmacro %}

{% macro spark__json_text(expression, name) -%}
    get_json_object({{ expression }}, "$['{{ name }}']")
{%- endmacro %}
