select
    record_id('008', change_number(changed_at, n, 0)) as Id, touched.Id as OpportunityId, stage_name(new_stage) as StageName,
    new_amount as Amount, new_amount * stage_probability(new_stage) / 100 as ExpectedRevenue,
    stage_probability(new_stage) as Probability, new_close_date as CloseDate, stage_category(new_stage) as ForecastCategory,
    CurrencyIsoCode, changed_at as CreatedDate, new_owner as CreatedById, changed_at as SystemModstamp, false as IsDeleted
from touched
where
    action <> 'delete'
    and (new_stage <> stage or new_amount is distinct from Amount or new_close_date <> CloseDate)
