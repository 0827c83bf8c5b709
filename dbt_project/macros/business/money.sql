{#- An amount at a rate, to the cent. Null when either is unknown: an amount without a rate is not zero. -#}
{% macro convert(amount, rate) -%}
cast({{ amount }} * {{ rate }} as decimal(18, 2))
{%- endmacro %}


{#- The join condition of int_exchange_rate (alias) for a company, a currency and a day. -#}
{% macro rate_on(alias, company_id, currency_code, day) -%}
{{ alias }}.company_id = {{ company_id }}
and {{ alias }}.currency_code = {{ currency_code }}
and {{ valid_on(alias, day) }}
{%- endmacro %}
