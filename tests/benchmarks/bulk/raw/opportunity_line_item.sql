select
    record_id('00k', i * 2 + position) as Id, id as OpportunityId, position as SortOrder, record_id('01u', entry) as PricebookEntryId,
    record_id('01t', product) as Product2Id, code as ProductCode, left(name || ' ' || product_name, 376) as Name,
    line_quantity(target, price, discount) as Quantity, price as UnitPrice, price as ListPrice, discount as Discount,
    line_total(target, price, discount, decimals) as TotalPrice, currency as CurrencyIsoCode,
    moment_at(configured_pos) as CreatedDate, owner_id as CreatedById, moment_at(stamp) as LastModifiedDate,
    owner_id as LastModifiedById, moment_at(stamp) as SystemModstamp, is_deleted as IsDeleted
from (
    select
        i, id, name, owner_id, currency, decimals, discount, configured_pos, stamp, is_deleted, main_share,
        unnest([1, 2]) as position, unnest([entry1, entry2]) as entry, unnest([product1, product2]) as product,
        unnest([code1, code2]) as code, unnest([product_name1, product_name2]) as product_name, unnest([price1, price2]) as price,
        unnest([expected * factor * case when main_share > 0.9 then 1 else main_share end, expected * factor * (1 - main_share)]) as target
    from state
    where is_configured
) as lines
where position = 1 or main_share <= 0.9
order by i, position
