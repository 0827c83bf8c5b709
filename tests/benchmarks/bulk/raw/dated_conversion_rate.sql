select
    record_id('04w', row_number() over (order by valid_from, currency_n)) as Id, code as IsoCode, valid_from as StartDate,
    case when valid_to <= day_at(horizon() - 1) then valid_to else date '9999-12-31' end as NextStartDate, rate as ConversionRate,
    valid_from::timestamp at time zone 'UTC' as CreatedDate, user_id(1) as CreatedById,
    valid_from::timestamp at time zone 'UTC' as LastModifiedDate, user_id(1) as LastModifiedById,
    least(coalesce(valid_to, valid_from)::timestamp at time zone 'UTC', moment_at(horizon() - 0.01)) as SystemModstamp
from rate
where valid_from <= day_at(horizon() - 1)
