{{ config(meta=keyed_by_feed('lead')) }}
with newest as (
    select *
    from {{ newest_feed_rows('lead') }}
),

renamed as (
    select
        lead_id,
        name,
        company_name,
        email,
        owner_person_id,
        status,
        lead_source,
        {{ to_utc('created_at') }} as created_at,
        {{ to_utc('converted_at') }} as converted_at,
        converted_account_id,
        converted_contact_id,
        converted_opportunity_id,
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
