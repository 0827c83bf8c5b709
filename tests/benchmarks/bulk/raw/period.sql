select
    record_id('026', n) as Id, kind as Type, number as Number, first_day as StartDate, last_day as EndDate,
    kind = 'Quarter' as IsForecastPeriod, case kind when 'Month' then monthname(first_day) end as PeriodLabel,
    case kind when 'Quarter' then 'Q' || number end as QuarterLabel,
    case kind when 'Year' then '' when 'Quarter' then 'Q' || number || ' ' else monthname(first_day) || ' ' end
    || 'FY ' || fiscal_year as FullyQualifiedLabel,
    moment_at(-1040) as SystemModstamp
from period
