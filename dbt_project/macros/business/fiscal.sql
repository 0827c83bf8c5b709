{#-
    The fiscal calendar: years begin with the first day of a month, quarters are three months. A fiscal year is named by
    the calendar year in which it ends, so with a start in February the year from 2026-02-01 is FY2027; with a start in
    January it is the calendar year.
-#}

{#- First day of the fiscal month: fiscal months are calendar months. -#}
{% macro fiscal_month_start(day) -%}
cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{% macro fiscal_quarter_start(day, start_month) -%}
{{ add_months(
    fiscal_month_start(day),
    '-((extract(month from ' ~ day ~ ') - ' ~ start_month ~ ' + 12) % 3)'
) }}
{%- endmacro %}

{% macro fiscal_year_start(day, start_month) -%}
{{ add_months(
    fiscal_month_start(day),
    '-((extract(month from ' ~ day ~ ') - ' ~ start_month ~ ' + 12) % 12)'
) }}
{%- endmacro %}

{% macro fiscal_year(day, start_month) -%}
cast(
    extract(year from {{ day }})
    + case when {{ start_month }} > 1 and extract(month from {{ day }}) >= {{ start_month }} then 1 else 0 end
    as integer
)
{%- endmacro %}

{#- 1 to 4. The months since the year began, in threes: without a division, which engines round differently. -#}
{% macro fiscal_quarter(day, start_month) -%}
case
    when (extract(month from {{ day }}) - {{ start_month }} + 12) % 12 < 3 then 1
    when (extract(month from {{ day }}) - {{ start_month }} + 12) % 12 < 6 then 2
    when (extract(month from {{ day }}) - {{ start_month }} + 12) % 12 < 9 then 3
    else 4
end
{%- endmacro %}

{#- For example FY2027-Q1. -#}
{% macro fiscal_quarter_label(day, start_month) -%}
'FY' || cast({{ fiscal_year(day, start_month) }} as {{ dbt.type_string() }})
|| '-Q' || cast({{ fiscal_quarter(day, start_month) }} as {{ dbt.type_string() }})
{%- endmacro %}
