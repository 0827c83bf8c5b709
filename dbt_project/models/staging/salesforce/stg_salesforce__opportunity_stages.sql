with latest as (
    select *
    from {{ latest_rows('salesforce', 'opportunity_stage', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as opportunity_stage_id,
        MasterLabel as stage_name,
        SortOrder as sort_order,
        IsActive as is_active,
        IsClosed as is_closed,
        IsWon as is_won,
        ForecastCategory as forecast_category,
        DefaultProbability as default_probability_percent,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
