{{ config(meta=keyed_by_feed('exchange_rate')) }}
with newest as (
    select *
    from {{ newest_feed_rows('exchange_rate') }}
),

renamed as (
    select
        currency_code,
        valid_from,
        valid_to,
        rate_to_reporting,
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
