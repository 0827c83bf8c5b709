{# What the lake holds of each raw table, read from the load ids and stamps alone. #}
{% set tables = {
    'company': none,
} %}
{% for table, stamp in tables.items() -%}
    {{ raw_table_summary('policy', table, stamp) }}
    {% if not loop.last -%}
        union all
    {% endif -%}
{% endfor %}
