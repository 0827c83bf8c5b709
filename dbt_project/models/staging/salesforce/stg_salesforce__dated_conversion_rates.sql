with latest as (
    select *
    from {{ latest_rows('salesforce', 'dated_conversion_rate', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as dated_conversion_rate_id,
        IsoCode as currency_code,
        StartDate as start_date,
        NextStartDate as next_start_date,
        ConversionRate as conversion_rate,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
