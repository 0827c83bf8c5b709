{{ config(meta=keyed_by_feed('person_assignment')) }}
with newest as (
    select *
    from {{ newest_feed_rows('person_assignment') }}
),

renamed as (
    select
        person_id,
        valid_from,
        valid_to,
        team_id,
        manager_person_id,
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
