with latest as (
    select *
    from {{ latest_rows('salesforce', 'period', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as period_id,
        Type as period_type,
        Number as period_number,
        StartDate as start_date,
        EndDate as end_date,
        IsForecastPeriod as is_forecast_period,
        FullyQualifiedLabel as fully_qualified_label,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
