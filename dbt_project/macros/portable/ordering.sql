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


{#-
    The first row of each key, in an order. Ranking holds all columns of what it ranks in memory, and few keys of a large
    table have a second row: only their rows are ranked. There is one more column, `version_rank`.

    `rows` is something to select from, `alias` what `order` calls it, `key` an expression over its columns that is never
    null.
-#}
{% macro first_per_key(rows, alias, key, order) -%}
    {%- set repeated = 'select ' ~ key ~ ' from ' ~ rows ~ ' as ' ~ alias ~ ' group by ' ~ key ~ ' having count(*) > 1' -%}
(
    select
        {{ alias }}.*,
        1 as version_rank
    from {{ rows }} as {{ alias }}
    where {{ key }} not in ({{ repeated }})
    union all
    select *
    from (
        select
            {{ alias }}.*,
            row_number() over (partition by {{ key }} order by {{ order }}) as version_rank
        from {{ rows }} as {{ alias }}
        where {{ key }} in ({{ repeated }})
    ) as ranked
    where version_rank = 1
)
{%- endmacro %}
