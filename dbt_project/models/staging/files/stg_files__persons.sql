{{ config(meta=keyed_by_feed('person')) }}
with newest as (
    select *
    from {{ newest_feed_rows('person') }}
),

renamed as (
    select
        person_id,
        name,
        email,
        title,
        role_name,
        team_id,
        manager_person_id,
        is_active,
        hire_date,
        leave_date,
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
