{{ config(meta=keyed_by_feed('invoice')) }}
with newest as (
    select *
    from {{ newest_feed_rows('invoice') }}
),

renamed as (
    select
        invoice_id,
        account_id,
        opportunity_id,
        invoice_date,
        due_date,
        amount,
        currency_code,
        status,
        _source,
        _company_id,
        _key_source,
        _file,
        _row,
        _feed,
        {{ known_at() }} as known_at
    from newest
)

select *
from renamed
