{{ config(meta=keyed_by_feed('quarantine')) }}
with newest as (
    select *
    from {{ newest_feed_rows('quarantine') }}
),

renamed as (
    select
        entity,
        column_name,
        value,
        reason,
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
