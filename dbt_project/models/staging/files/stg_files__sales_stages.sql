{{ config(meta=keyed_by_feed('sales_stage')) }}
with newest as (
    select *
    from {{ newest_feed_rows('sales_stage') }}
),

renamed as (
    select
        stage_name,
        status,
        stage_order,
        default_probability,
        forecast_category,
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
