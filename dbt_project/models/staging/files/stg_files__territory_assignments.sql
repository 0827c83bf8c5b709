{{ config(meta=keyed_by_feed('territory_assignment')) }}
with newest as (
    select *
    from {{ newest_feed_rows('territory_assignment') }}
),

renamed as (
    select
        territory_id,
        person_id,
        valid_from,
        valid_to,
        role_name,
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
