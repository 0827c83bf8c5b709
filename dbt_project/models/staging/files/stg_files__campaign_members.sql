{{ config(meta=keyed_by_feed('campaign_member')) }}
with newest as (
    select *
    from {{ newest_feed_rows('campaign_member') }}
),

renamed as (
    select
        campaign_member_id,
        campaign_id,
        contact_id,
        lead_id,
        status,
        has_responded,
        responded_date,
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
