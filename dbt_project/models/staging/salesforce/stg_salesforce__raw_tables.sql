{# What the lake holds of each raw table, read from the load ids and stamps alone. #}
{% set tables = {
    'user': 'SystemModstamp',
    'user_role': 'SystemModstamp',
    'account': 'SystemModstamp',
    'contact': 'SystemModstamp',
    'lead': 'SystemModstamp',
    'opportunity': 'SystemModstamp',
    'opportunity_history': 'SystemModstamp',
    'opportunity_field_history': 'CreatedDate',
    'opportunity_line_item': 'SystemModstamp',
    'opportunity_stage': 'SystemModstamp',
    'opportunity_split': 'SystemModstamp',
    'opportunity_split_type': 'SystemModstamp',
    'product2': 'SystemModstamp',
    'pricebook2': 'SystemModstamp',
    'pricebook_entry': 'SystemModstamp',
    'task': 'SystemModstamp',
    'event': 'SystemModstamp',
    'campaign': 'SystemModstamp',
    'campaign_member': 'SystemModstamp',
    'territory2': 'SystemModstamp',
    'user_territory2_association': 'SystemModstamp',
    'object_territory2_association': 'SystemModstamp',
    'forecasting_quota': 'SystemModstamp',
    'currency_type': 'SystemModstamp',
    'dated_conversion_rate': 'SystemModstamp',
    'period': 'SystemModstamp',
} %}
{% for table, stamp in tables.items() -%}
    {{ raw_table_summary('salesforce', table, stamp) }}
    {% if not loop.last -%}
        union all
    {% endif -%}
{% endfor %}
