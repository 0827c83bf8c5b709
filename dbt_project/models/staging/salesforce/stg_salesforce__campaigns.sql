with latest as (
    select *
    from {{ latest_rows('salesforce', 'campaign', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as campaign_id,
        ParentId as parent_campaign_id,
        Name as campaign_name,
        Type as campaign_type,
        Status as campaign_status,
        IsActive as is_active,
        StartDate as start_date,
        EndDate as end_date,
        BudgetedCost as budgeted_cost,
        ActualCost as actual_cost,
        CurrencyIsoCode as currency_code,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
