select
    record_id('01u', n) as Id, name as Name, record_id('01s', book) as Pricebook2Id, record_id('01t', product_n) as Product2Id,
    code as ProductCode, unit_price as UnitPrice, true as IsActive, false as UseStandardPrice, currency as CurrencyIsoCode,
    moment_at(-1040) as CreatedDate, user_id(1) as CreatedById, moment_at(-1040) as LastModifiedDate,
    user_id(1) as LastModifiedById, moment_at(-1040) as SystemModstamp, false as IsDeleted
from price
