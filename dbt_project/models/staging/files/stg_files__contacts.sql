{{ config(meta=keyed_by_feed('contact')) }}
with newest as (
    select *
    from {{ newest_feed_rows('contact') }}
),

renamed as (
    select
        contact_id,
        account_id,
        name,
        email,
        title,
        owner_person_id,
        {{ to_utc('created_at') }} as created_at,
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
