select
    record_id('04w', row_number() over (order by valid_from, currency_n)) as Id, code as IsoCode, valid_from as StartDate,
    coalesce(valid_to, date '9999-12-31') as NextStartDate, rate as ConversionRate,
    valid_from::timestamp at time zone 'UTC' as CreatedDate, user_id(1) as CreatedById,
    valid_from::timestamp at time zone 'UTC' as LastModifiedDate, user_id(1) as LastModifiedById,
    least(coalesce(valid_to, valid_from)::timestamp at time zone 'UTC', moment_at(horizon() - 0.01)) as SystemModstamp
from rate
where valid_from <= day_at(horizon() - 1)
