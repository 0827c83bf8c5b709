{{ config(meta=keyed_by_feed('product_price')) }}
with newest as (
    select *
    from {{ newest_feed_rows('product_price') }}
),

renamed as (
    select
        product_id,
        price_list_name,
        currency_code,
        list_price,
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
