select
    record_id('01t', n) as Id, name as Name, code as ProductCode, true as IsActive, family as Family,
    unit as QuantityUnitOfMeasure, 'USD' as CurrencyIsoCode, moment_at(-1040) as CreatedDate, user_id(1) as CreatedById,
    moment_at(-1040) as LastModifiedDate, user_id(1) as LastModifiedById, moment_at(-1040) as SystemModstamp,
    false as IsDeleted
from configured_product
