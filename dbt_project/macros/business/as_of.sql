{#- The day the build looks at, as a scalar. -#}
{% macro as_of_date() -%}
(select as_of_date from {{ ref('run_context') }})
{%- endmacro %}


{#- The end of an open interval, for comparisons. -#}
{% macro far_future() -%}
date '9999-12-31'
{%- endmacro %}


{#- The beginning of history where it is not known when something began. -#}
{% macro far_past() -%}
date '1900-01-01'
{%- endmacro %}


{#- Whether a day lies in the half-open interval [valid_from, valid_to) of an alias; an open end lasts. -#}
{% macro valid_on(alias, day) -%}
{{ alias }}.valid_from <= {{ day }} and {{ day }} < coalesce({{ alias }}.valid_to, {{ far_future() }})
{%- endmacro %}
