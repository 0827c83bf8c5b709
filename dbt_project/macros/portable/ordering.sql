{#-
    The last word in an order that must be total: by every column named, one after the other. Goes behind other terms, so it
    begins with a comma. A hash of the row would be shorter, but no two engines have the same.
-#}
{% macro then_by_content(alias, columns) -%}
    {%- for column in columns -%}
        , {{ alias }}.{{ adapter.quote(column) }} nulls last
    {%- endfor -%}
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
