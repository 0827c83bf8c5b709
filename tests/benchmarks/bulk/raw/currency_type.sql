select
    record_id('01L', n) as Id, code as IsoCode, decimals as DecimalPlaces, true as IsActive, code = 'USD' as IsCorporate,
    (select rate from rate where rate.code = configured_currency.code order by valid_from desc limit 1) as ConversionRate,
    moment_at(-1040) as CreatedDate, user_id(1) as CreatedById, moment_at(horizon() - 1) as LastModifiedDate,
    user_id(1) as LastModifiedById, moment_at(horizon() - 1) as SystemModstamp
from configured_currency
