with latest as (
    select *
    from {{ latest_rows(
        'files',
        'feed_load',
        key="_source || ':' || entity || ':' || _feed",
        stamp='cast(_dlt_load_id as double)',
    ) }}
),

renamed as (
    select
        entity,
        row_count,
        quarantined_row_count,
        _source,
        _company_id,
        _feed,
        {{ known_at() }} as known_at
    from latest
)

select *
from renamed
