select
    record_id('701', c + 1) as Id, day_at(campaign_pos(c)) as StartDate,
    StartDate + 20 + (u(c, 'days') * 40)::integer as EndDate,
    pick(['Webinar', 'Conference', 'Email', 'Advertisement', 'Content'], u(c, 'campaign')) as Type,
    Type || ' ' || monthname(StartDate) || ' ' || year(StartDate) || ' ' || (c + 1) as Name,
    case when EndDate < day_at(horizon()) then 'Completed' else 'In Progress' end as Status,
    EndDate >= day_at(horizon()) as IsActive, user_id(2) as OwnerId, round(between_u(c, 'budget', 2000, 40000), -2) as BudgetedCost,
    round(BudgetedCost * between_u(c, 'cost', 0.8, 1.3), 2) as ActualCost, BudgetedCost * 9 as ExpectedRevenue,
    50 as NumberSent, 'USD' as CurrencyIsoCode, moment_at(campaign_pos(c)) as CreatedDate, user_id(2) as CreatedById,
    moment_at(campaign_pos(c)) as LastModifiedDate, user_id(2) as LastModifiedById,
    moment_at(campaign_pos(c)) as SystemModstamp, false as IsDeleted
from range(campaigns()) as t(c)
