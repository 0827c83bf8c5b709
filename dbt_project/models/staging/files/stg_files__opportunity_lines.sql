{{ config(meta=keyed_by_feed('opportunity_line')) }}
with newest as (
    select *
    from {{ newest_feed_rows('opportunity_line') }}
),

renamed as (
    select
        opportunity_line_id,
        opportunity_id,
        product_id,
        quantity,
        unit_price,
        list_price,
        total_amount,
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
