select
    record_id('00U', number) as Id, who_id as WhoId, what_id as WhatId, account_id as AccountId, owner_id as OwnerId,
    pick(['Discovery meeting', 'Demo', 'Negotiation meeting', 'Business review'], u(n, 'subject')) as Subject,
    case Subject when 'Demo' then 'Demo' else 'Meeting' end as Type,
    pick(['Online', 'Online', 'Customer''s office', null], u(n, 'location')) as Location, false as IsAllDayEvent,
    day_at(held) as ActivityDate, moment_at(held) as ActivityDateTime, moment_at(held) as StartDateTime,
    pick([30, 30, 45, 60, 60, 90], u(n, 'minutes')) as DurationInMinutes,
    moment_at(held) + to_minutes(DurationInMinutes) as EndDateTime,
    'Busy' as ShowAs, false as IsChild, 'Event' as EventSubtype, false as IsArchived, currency as CurrencyIsoCode,
    moment_at(moment) as CreatedDate, owner_id as CreatedById, moment_at(moment) as LastModifiedDate,
    owner_id as LastModifiedById, moment_at(moment) as SystemModstamp, is_deleted as IsDeleted
from (
    select *, floor((moment - late + case when late > 0 then 0 else 5 * u(n, 'held after') end) * 24) / 24 as held
    from activity
    where kind = 'meeting'
) as meetings
order by number
