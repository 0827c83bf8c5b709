{{ config(meta=keyed_by_feed('campaign')) }}
with newest as (
    select *
    from {{ newest_feed_rows('campaign') }}
),

renamed as (
    select
        campaign_id,
        name,
        campaign_type,
        status,
        start_date,
        end_date,
        budgeted_cost,
        actual_cost,
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
