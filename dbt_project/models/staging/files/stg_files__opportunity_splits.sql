{{ config(meta=keyed_by_feed('opportunity_split')) }}
with newest as (
    select *
    from {{ newest_feed_rows('opportunity_split') }}
),

renamed as (
    select
        opportunity_split_id,
        opportunity_id,
        person_id,
        split_type,
        split_share,
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
