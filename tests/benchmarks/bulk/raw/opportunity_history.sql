select
    record_id('008', happening_number(moment, i, slot)) as Id, id as OpportunityId, stage_name(stage) as StageName, amount as Amount,
    amount * stage_probability(stage) / 100 as ExpectedRevenue, stage_probability(stage) as Probability,
    close_date as CloseDate, stage_category(stage) as ForecastCategory, currency as CurrencyIsoCode,
    moment_at(moment) as CreatedDate, owner_id as CreatedById, moment_at(moment) as SystemModstamp,
    u(i, 'deleted') < 0.002 as IsDeleted
from happening
where is_snapshot
order by happening_number(moment, i, slot)
