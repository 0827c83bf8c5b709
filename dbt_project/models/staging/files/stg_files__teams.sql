{{ config(meta=keyed_by_feed('team')) }}
with newest as (
    select *
    from {{ newest_feed_rows('team') }}
),

renamed as (
    select
        team_id,
        name,
        parent_team_id,
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
