{{ config(meta=keyed_by_feed('opportunity_history')) }}
with newest as (
    select *
    from {{ newest_feed_rows('opportunity_history') }}
),

renamed as (
    select
        opportunity_id,
        {{ to_utc('changed_at') }} as changed_at,
        field_name,
        old_value,
        new_value,
        changed_by_person_id,
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
