{{ config(meta={
    'key': 'invoice_id',
    'inputs': {
        'stg_files__invoices': "_key_source || ':' || invoice_id",
        'int_account_survivor': {
            'via': 'this',
            'column': 'account_id',
            'matches': ['account_id', 'surviving_account_id'],
        },
    },
}) }}
with files as (
    select
        {{ file_id('invoice_id') }} as invoice_id,
        {{ file_id('account_id') }} as account_id,
        {{ file_id('opportunity_id') }} as opportunity_id,
        invoice_date,
        due_date,
        amount,
        currency_code,
        status,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__invoices')) }}
)

select
    resolved.invoice_id,
    coalesce(survivors.surviving_account_id, resolved.account_id) as account_id,
    resolved.opportunity_id,
    resolved.invoice_date,
    resolved.due_date,
    resolved.amount,
    resolved.currency_code,
    resolved.status,
    resolved.company_id,
    resolved.source_system,
    resolved.known_at
from {{ resolve_overlap('files', 'invoice_id', first='system') }} as resolved
left join {{ ref('int_account_survivor') }} as survivors on resolved.account_id = survivors.account_id
