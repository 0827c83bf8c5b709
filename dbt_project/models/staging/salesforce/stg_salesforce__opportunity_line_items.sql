{{ config(meta={'key': 'opportunity_line_item_id', 'inputs': {'salesforce.opportunity_line_item': 'Id'}}) }}
with latest as (
    select *
    from {{ latest_rows('salesforce', 'opportunity_line_item', key='Id', stamp='SystemModstamp') }}
),

renamed as (
    select
        Id as opportunity_line_item_id,
        OpportunityId as opportunity_id,
        PricebookEntryId as price_book_entry_id,
        Product2Id as product_id,
        SortOrder as sort_order,
        Quantity as quantity,
        UnitPrice as unit_price,
        ListPrice as list_price,
        TotalPrice as total_price,
        CurrencyIsoCode as currency_code,
        ServiceDate as service_date,
        {{ to_utc('CreatedDate') }} as created_at,
        {{ to_utc('LastModifiedDate') }} as modified_at,
        {{ to_utc('SystemModstamp') }} as system_modified_at,
        {{ known_at() }} as known_at
    from latest
    where not coalesce(IsDeleted, false)
)

select *
from renamed
