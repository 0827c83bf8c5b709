{{ config(meta=keyed_by_feed('account_territory')) }}
with newest as (
    select *
    from {{ newest_feed_rows('account_territory') }}
),

renamed as (
    select
        territory_id,
        account_id,
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
