{#- Salesforce's forecast category codes under the names that its users see. -#}
{% macro salesforce_forecast_category(expression) -%}
case {{ expression }}
    when 'BestCase' then 'Best Case'
    when 'MostLikely' then 'Most Likely'
    when 'Forecast' then 'Commit'
    else {{ expression }}
end
{%- endmacro %}


{#- Salesforce keeps shares and chances as 0 to 100. -#}
{% macro percent_to_share(expression, precision=5, scale=4) -%}
cast({{ expression }} * 0.01 as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}
