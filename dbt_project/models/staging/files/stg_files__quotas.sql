{{ config(meta=keyed_by_feed('quota')) }}
with newest as (
    select *
    from {{ newest_feed_rows('quota') }}
),

renamed as (
    select
        person_id,
        quota_type,
        period_type,
        period_start_date,
        amount,
        currency_code,
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
