select
    record_id('00v', n + 1) as Id,
    record_id('701', campaign_at(opportunity_pos(n * 5 / 6)) + 1) as CampaignId,
    lead_id(n) as LeadId, case when u(n, 'responds') < 0.25 then 'Responded' else 'Sent' end as Status,
    u(n, 'responds') < 0.25 as HasResponded, case when u(n, 'responds') < 0.25 then day_at(opportunity_pos(n * 5 / 6) - 3) end as FirstRespondedDate,
    'USD' as CurrencyIsoCode, moment_at(opportunity_pos(n * 5 / 6) - 4) as CreatedDate, user_id(1) as CreatedById,
    moment_at(opportunity_pos(n * 5 / 6) - 3) as LastModifiedDate, user_id(1) as LastModifiedById,
    moment_at(opportunity_pos(n * 5 / 6) - 3) as SystemModstamp, false as IsDeleted
from (select unnest(range(lead_from(), lead_to())) as n)
where u(n, 'member') < 0.75
