{#- A number that depends on all columns of a row: the last word in an order that must be total. -#}
{% macro row_hash(alias) %}{{ return(adapter.dispatch('row_hash')(alias)) }}{% endmacro %}

{% macro duckdb__row_hash(alias) -%}
    hash({{ alias }})
{%- endmacro %}

{% macro spark__row_hash(alias) -%}
    xxhash64({{ alias }}.*)
{%- endmacro %}


{#- The last value that is not null up to and including the row, in the order given. -#}
{% macro last_known(expression, partition_by, order_by) %}
    {{- return(adapter.dispatch('last_known')(expression, partition_by, order_by)) -}}
{% endmacro %}

{% macro duckdb__last_known(expression, partition_by, order_by) -%}
    last_value({{ expression }} ignore nulls) over (
        partition by {{ partition_by }} order by {{ order_by }} rows between unbounded preceding and current row
    )
{%- endmacro %}

{% macro spark__last_known(expression, partition_by, order_by) -%}
    last_value({{ expression }}) ignore nulls over (
        partition by {{ partition_by }} order by {{ order_by }} rows between unbounded preceding and current row
    )
{%- endmacro %}


{#- Whole-number division of non-negative numbers whose product may exceed 64 bits, and what it leaves. -#}
{% macro whole_quotient(dividend, divisor) %}
    {{- return(adapter.dispatch('whole_quotient')(dividend, divisor)) -}}
{% endmacro %}

{% macro duckdb__whole_quotient(dividend, divisor) -%}
    (cast({{ dividend }} as hugeint) // cast({{ divisor }} as hugeint))
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    (cast({{ dividend }} as decimal(38, 0)) div cast({{ divisor }} as decimal(38, 0)))
{%- endmacro %}

{% macro wide_integer(expression) %}{{ return(adapter.dispatch('wide_integer')(expression)) }}{% endmacro %}

{% macro duckdb__wide_integer(expression) -%}
    cast({{ expression }} as hugeint)
{%- endmacro %}

{% macro spark__wide_integer(expression) -%}
    cast({{ expression }} as decimal(38, 0))
{%- endmacro %}


{#- A JSON object text of the columns named, nulls left out; null when nothing is left. -#}
{% macro json_object_of(columns) %}{{ return(adapter.dispatch('json_object_of')(columns)) }}{% endmacro %}

{% macro duckdb__json_object_of(columns) -%}
    {%- set pairs = [] -%}
    {%- for column in columns -%}
        {%- do pairs.append("'" ~ column ~ "', cast(\"" ~ column ~ "\" as varchar)") -%}
    {%- endfor -%}
    nullif(cast(json_merge_patch(json_object(), json_object({{ pairs | join(', ') }})) as varchar), '{}')
{%- endmacro %}


{#- The text of one field of a JSON object text, null when the object lacks it. -#}
{% macro json_text(expression, name) %}{{ return(adapter.dispatch('json_text')(expression, name)) }}{% endmacro %}

{% macro duckdb__json_text(expression, name) -%}
    json_extract_string({{ expression }}, '$."{{ name }}"')
{%- endmacro %}

{% macro spark__json_text(expression, name) -%}
    get_json_object({{ expression }}, '$.{{ name }}')
{%- endmacro %}
