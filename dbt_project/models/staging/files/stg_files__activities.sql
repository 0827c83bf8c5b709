{{ config(meta=keyed_by_feed('activity')) }}
with newest as (
    select *
    from {{ newest_feed_rows('activity') }}
),

renamed as (
    select
        activity_id,
        activity_type,
        subject,
        owner_person_id,
        account_id,
        opportunity_id,
        contact_id,
        lead_id,
        {{ to_utc('occurred_at') }} as occurred_at,
        duration_minutes,
        is_completed,
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
