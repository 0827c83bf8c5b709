with latest as (
    select *
    from {{ latest_rows('salesforce', 'product2', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as product_id,
        Name as product_name,
        ProductCode as product_code,
        Family as family,
        IsActive as is_active,
        CurrencyIsoCode as currency_code,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
