{{ config(meta=keyed_by_feed('opportunity')) }}
with newest as (
    select *
    from {{ newest_feed_rows('opportunity') }}
),

renamed as (
    select
        opportunity_id,
        name,
        account_id,
        owner_person_id,
        product_id,
        stage_name,
        status,
        amount,
        currency_code,
        probability,
        forecast_category,
        opportunity_type,
        lead_source,
        campaign_id,
        {{ to_utc('created_at') }} as created_at,
        close_date,
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
