with latest as (
    select *
    from {{ latest_rows('salesforce', 'pricebook_entry', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as price_book_entry_id,
        Pricebook2Id as price_book_id,
        Product2Id as product_id,
        UnitPrice as unit_price,
        CurrencyIsoCode as currency_code,
        IsActive as is_active,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
