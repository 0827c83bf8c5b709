{# What the lake holds of each raw table, read from the load ids and stamps alone. #}
{% set tables = {
    'account': none,
    'contact': none,
    'person': none,
    'person_assignment': none,
    'team': none,
    'product': none,
    'product_price': none,
    'sales_stage': none,
    'opportunity': none,
    'opportunity_history': none,
    'opportunity_line': none,
    'opportunity_split': none,
    'lead': none,
    'activity': none,
    'campaign': none,
    'campaign_member': none,
    'quota': none,
    'territory': none,
    'territory_assignment': none,
    'account_territory': none,
    'exchange_rate': none,
    'invoice': none,
    'quarantine': none,
    'feed_load': none,
} %}
{% for table, stamp in tables.items() -%}
    {{ raw_table_summary('files', table, stamp) }}
    {% if not loop.last -%}
        union all
    {% endif -%}
{% endfor %}
