{{ config(meta=keyed_by_feed('product')) }}
with newest as (
    select *
    from {{ newest_feed_rows('product') }}
),

renamed as (
    select
        product_id,
        name,
        code,
        family,
        list_price,
        currency_code,
        is_active,
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
