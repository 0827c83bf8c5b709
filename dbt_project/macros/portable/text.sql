{#-
    Regular expressions: those that Java and RE2 read alike (no look-around, no back reference). A pattern is written as in
    SQL on DuckDB, without doubling backslashes.
-#}

{#- Whether a part of a text fits the pattern. -#}
{% macro matches(expression, pattern) %}{{ return(adapter.dispatch('matches')(expression, pattern)) }}{% endmacro %}

{% macro duckdb__matches(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern | replace("'", "''") }}')
{%- endmacro %}

{% macro spark__matches(expression, pattern) -%}
    regexp_like({{ expression }}, {{ spark_text(pattern) }})
{%- endmacro %}


{#- The first part of a text that fits the pattern, or a group in it; null where nothing fits. -#}
{% macro extract_match(expression, pattern, group=0) %}
    {{- return(adapter.dispatch('extract_match')(expression, pattern, group)) -}}
{% endmacro %}

{% macro duckdb__extract_match(expression, pattern, group) -%}
    nullif(regexp_extract({{ expression }}, '{{ pattern | replace("'", "''") }}', {{ group }}), '')
{%- endmacro %}

{% macro spark__extract_match(expression, pattern, group) -%}
    nullif(regexp_extract({{ expression }}, {{ spark_text(pattern) }}, {{ group }}), '')
{%- endmacro %}


{#- A text in which every part that fits the pattern is replaced by another text, taken literally. -#}
{% macro replace_matches(expression, pattern, replacement) %}
    {{- return(adapter.dispatch('replace_matches')(expression, pattern, replacement)) -}}
{% endmacro %}

{% macro duckdb__replace_matches(expression, pattern, replacement) -%}
    regexp_replace(
        {{ expression }},
        '{{ pattern | replace("'", "''") }}',
        '{{ replacement | replace("\\", "\\\\") | replace("'", "''") }}',
        'g'
    )
{%- endmacro %}

{% macro spark__replace_matches(expression, pattern, replacement) -%}
    regexp_replace(
        {{ expression }},
        {{ spark_text(pattern) }},
        {{ spark_text(replacement | replace('\\', '\\\\') | replace('$', '\\$')) }}
    )
{%- endmacro %}
