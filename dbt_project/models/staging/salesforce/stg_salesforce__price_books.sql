with latest as (
    select *
    from {{ latest_rows('salesforce', 'pricebook2', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as price_book_id,
        Name as price_book_name,
        IsActive as is_active,
        IsStandard as is_standard,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
