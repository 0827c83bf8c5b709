select
    id as Id, account_id as AccountId, name as Name, owner_id as OwnerId, stage_name(stage) as StageName, amount as Amount,
    amount * stage_probability(stage) / 100 as ExpectedRevenue, stage_probability(stage) as Probability,
    close_date as CloseDate, stage >= 5 as IsClosed, stage = 5 as IsWon, stage_category(stage) as ForecastCategory,
    category_name(stage) as ForecastCategoryName, kind as Type,
    pick(['Send proposal', 'Call procurement', 'Demo for the users', 'Security review', 'Meet the sponsor', null, null], u(i, 'next step')) as NextStep,
    source as LeadSource, record_id('01s', book) as Pricebook2Id, contact_id as ContactId, is_configured as HasOpportunityLineItem,
    fiscal_year(close_date) as FiscalYear, fiscal_quarter(close_date) as FiscalQuarter, pushes as PushCount,
    day_at(least(close_pos, horizon() - 1)) as LastActivityDate, moment_at(stage_changed) as LastStageChangeDate,
    currency as CurrencyIsoCode, moment_at(pos) as CreatedDate, first_owner as CreatedById, moment_at(stamp) as LastModifiedDate,
    owner_id as LastModifiedById, moment_at(stamp) as SystemModstamp, is_deleted as IsDeleted,
    pick(['None', 'Northstar Systems', 'Quillbase', 'Vectoria', 'In-house build', null, null], u(i, 'competitor')) as Competitor__c
from state
order by i
