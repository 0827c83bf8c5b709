with latest as (
    select *
    from {{ latest_rows('salesforce', 'forecasting_quota', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as forecasting_quota_id,
        QuotaOwnerId as quota_owner_user_id,
        Territory2Id as territory_id,
        PeriodId as period_id,
        ForecastingTypeId as forecasting_type_id,
        ProductFamily as product_family,
        StartDate as start_date,
        QuotaAmount as quota_amount,
        QuotaQuantity as quota_quantity,
        IsAmount as is_amount,
        IsQuantity as is_quantity,
        CurrencyIsoCode as currency_code,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
