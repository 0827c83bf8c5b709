{{ config(meta=keyed_by_feed('account')) }}
with newest as (
    select *
    from {{ newest_feed_rows('account') }}
),

renamed as (
    select
        account_id,
        name,
        parent_account_id,
        owner_person_id,
        industry,
        segment,
        country,
        region,
        employee_count,
        annual_revenue,
        website,
        founded_year,
        {{ to_utc('created_at') }} as created_at,
        merged_into_account_id,
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
