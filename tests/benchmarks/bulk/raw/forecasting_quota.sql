select
    record_id('0J9', row_number() over (order by period.first_day, closer.c)) as Id, closer.id as QuotaOwnerId,
    period.first_day as StartDate, record_id('026', period.n) as PeriodId,
    round(
        case closer.job when 'AE' then 80000 else 60000 end
        * pow(1.12, period.fiscal_year - fiscal_year(day_zero()))
        * between_u(closer.c * 1000 + period.n, 'quota', 0.88, 1.12) / 500
    ) * 500 as QuotaAmount,
    true as IsAmount, false as IsQuantity, 'USD' as CurrencyIsoCode,
    period.first_day::timestamp at time zone 'UTC' as CreatedDate, user_id(2) as CreatedById,
    period.first_day::timestamp at time zone 'UTC' as LastModifiedDate, user_id(2) as LastModifiedById,
    period.first_day::timestamp at time zone 'UTC' as SystemModstamp
from closer
inner join period
    on
        period.kind = 'Quarter' and period.first_day >= day_at(closer.hired)
        and period.first_day < day_at(coalesce(closer.left_pos, horizon()))
where period.first_day >= day_zero() - 90 and period.first_day < day_at(horizon() - 1)
