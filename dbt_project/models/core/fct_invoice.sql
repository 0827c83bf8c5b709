{# Invoices dated up to the as-of day, at the rate of the invoice's day. #}
{{ config(meta={
    'key': 'invoice_id',
    'inputs': {
        'conformed_invoice': 'invoice_id',
        'int_company_clock': [
            {
                'via': 'conformed_invoice',
                'column': 'company_id',
                'matches': 'company_id',
                'columns': ['company_id', 'reporting_currency_code'],
            },
            {'via': 'conformed_invoice', 'moment': 'invoice_date - 1', 'limit': 'as_of_date'},
        ],
        'int_exchange_rate': {
            'via': 'conformed_invoice',
            'column': 'company_id',
            'matches': 'company_id',
        },
    },
}) }}
select
    invoices.invoice_id,
    invoices.company_id,
    invoices.source_system,
    invoices.account_id,
    invoices.opportunity_id,
    invoices.invoice_date,
    invoices.due_date,
    invoices.status,
    invoices.amount,
    coalesce(invoices.currency_code, clock.reporting_currency_code) as currency_code,
    {{ convert('invoices.amount', 'rates.rate_to_reporting') }} as reporting_amount,
    clock.reporting_currency_code,
    invoices.known_at
from {{ part(ref('conformed_invoice')) }} as invoices
inner join {{ ref('int_company_clock') }} as clock on invoices.company_id = clock.company_id
left join {{ ref('int_exchange_rate') }} as rates
    on {{ rate_on(
        'rates',
        'invoices.company_id',
        'coalesce(invoices.currency_code, clock.reporting_currency_code)',
        'invoices.invoice_date'
    ) }}
where invoices.invoice_date <= clock.as_of_date
