{# Whatever belonged to a merged account belongs to its survivor. Fails with what still names the merged one. #}
{% set children = {
    'conformed_opportunity': 'account_id',
    'conformed_contact': 'account_id',
    'conformed_activity': 'account_id',
    'conformed_account': 'parent_account_id',
    'conformed_lead': 'converted_account_id',
    'conformed_account_territory': 'account_id',
} %}
{% for model, column in children.items() -%}
    select
        '{{ model }}' as model_name,
        children.{{ column }} as account_id
    from {{ ref(model) }} as children
    inner join {{ ref('int_account_survivor') }} as survivors on children.{{ column }} = survivors.account_id
    {% if not loop.last -%}
        union all
    {% endif -%}
{% endfor %}
