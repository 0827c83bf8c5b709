{# The products on opportunities that exist as of the as-of day. Lines have no history: they are today's. #}
{{ config(meta={
    'key': 'opportunity_line_id',
    'inputs': {
        'conformed_opportunity_line': 'opportunity_line_id',
        'fct_opportunity': {
            'via': 'conformed_opportunity_line',
            'column': 'opportunity_id',
            'matches': 'opportunity_id',
            'columns': ['opportunity_id', 'company_id', 'currency_code', 'reporting_rate'],
        },
    },
}) }}
select
    lines.opportunity_line_id,
    lines.opportunity_id,
    opportunities.company_id,
    lines.product_id,
    lines.quantity,
    lines.unit_price,
    lines.list_price,
    lines.total_amount,
    cast(lines.list_price * lines.quantity as decimal(18, 2)) as list_amount,
    opportunities.currency_code,
    {{ convert('lines.total_amount', 'opportunities.reporting_rate') }} as reporting_total_amount
from {{ part(ref('conformed_opportunity_line')) }} as lines
inner join {{ ref('fct_opportunity') }} as opportunities on lines.opportunity_id = opportunities.opportunity_id
