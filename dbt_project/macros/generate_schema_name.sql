{#- Schemas are named exactly as configured (staging, conformed, core, marts), without the target's own in front. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
