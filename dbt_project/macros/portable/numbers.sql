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


{#-
    A quotient rounded half away from zero to `scale` decimals, exactly, null where the divisor is zero. Engines disagree on
    what a decimal divided by something is (a double, or a decimal with fewer or more digits); whole numbers they divide
    alike. `digits`: how many decimals dividend and divisor have at most.
-#}
{% macro divide(dividend, divisor, scale, digits=0) -%}
    {%- set step = '1' if scale == 0 else '0.' ~ '0' * (scale - 1) ~ '1' -%}
    {%- set units = ' * cast(1' ~ '0' * digits ~ ' as decimal(' ~ (digits + 1) ~ ', 0))' -%}
    {%- set whole_dividend = wide_integer('abs(' ~ dividend ~ ')' ~ units) -%}
    {%- set whole_divisor = wide_integer('nullif(abs(' ~ divisor ~ '), 0)' ~ units) -%}
    cast(
        cast({{ whole_quotient(
            '(' ~ whole_dividend ~ ' * 2' ~ '0' * scale ~ ' + ' ~ whole_divisor ~ ')', '(' ~ whole_divisor ~ ' * 2)'
        ) }} as decimal(18, 0))
        * case when ({{ dividend }} < 0) = ({{ divisor }} < 0) then {{ step }} else -{{ step }} end
        as decimal(18, {{ scale }})
    )
{%- endmacro %}


{#- The exact mean of a decimal with at most `scale` decimals in a group, rounded to as many. -#}
{% macro mean(expression, scale) -%}
    {{ divide('sum(' ~ expression ~ ')', 'count(' ~ expression ~ ')', scale, digits=scale) }}
{%- endmacro %}


{#-
    The exact median of a decimal or whole number in a group: the mean of the two in the middle where their number is even.
    The engines' own median goes through doubles, or gives a decimal that cannot hold the half. The sum of the two may have
    more digits than either.
-#}
{% macro median(expression, scale) -%}
    cast(
        (cast({{ lower_median(expression) }} as decimal(30, 9)) + cast({{ upper_median(expression) }} as decimal(30, 9)))
        * 0.5 as decimal(18, {{ scale }})
    )
{%- endmacro %}

{% macro lower_median(expression) %}{{ return(adapter.dispatch('lower_median')(expression)) }}{% endmacro %}

{% macro duckdb__lower_median(expression) -%}
    quantile_disc({{ expression }}, 0.5)
{%- endmacro %}

{% macro spark__lower_median(expression) -%}
    get(sort_array(collect_list({{ expression }})), cast((count({{ expression }}) - 1) div 2 as int))
{%- endmacro %}

{% macro upper_median(expression) %}{{ return(adapter.dispatch('upper_median')(expression)) }}{% endmacro %}

{% macro duckdb__upper_median(expression) -%}
    (- quantile_disc(- ({{ expression }}), 0.5))
{%- endmacro %}

{% macro spark__upper_median(expression) -%}
    get(sort_array(collect_list({{ expression }})), cast(count({{ expression }}) div 2 as int))
{%- endmacro %}
