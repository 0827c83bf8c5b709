{{ config(meta=keyed_by_feed('territory')) }}
with newest as (
    select *
    from {{ newest_feed_rows('territory') }}
),

renamed as (
    select
        territory_id,
        name,
        parent_territory_id,
        country,
        region_group,
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
