with latest as (
    select *
    from {{ latest_rows('salesforce', 'currency_type', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as currency_type_id,
        IsoCode as currency_code,
        ConversionRate as conversion_rate,
        IsActive as is_active,
        IsCorporate as is_corporate,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
