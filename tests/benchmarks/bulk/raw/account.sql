select
    account_id(a) as Id, case when is_merged(a) then account_id(survivor(a)) end as MasterRecordId,
    account_stem(a) || ' ' || pick(territory.legal_forms, u(a, 'form')) as Name,
    case
        when u(a, 'subsidiary') < 0.14 and a >= 1000 and a % 1000 <> 0 and not is_merged(a - a % 1000) then account_id(a - a % 1000)
    end as ParentId,
    case when closer.left_pos < horizon() then closer.next_id else closer.id end as OwnerId,
    case when u(a, 'customer') < 0.55 then 'Customer' else 'Prospect' end as Type, pick(industries(), u(a, 'industry')) as Industry,
    lead_source(u(a, 'source')) as AccountSource,
    case account_segment(a)
        when 'Small Business' then between_u(a, 'staff', 10, 200) when 'Mid-Market' then between_u(a, 'staff', 200, 2000)
        else between_u(a, 'staff', 2000, 60000)
    end::bigint as NumberOfEmployees,
    round(NumberOfEmployees * between_u(a, 'revenue', 120000, 320000), -3) as AnnualRevenue,
    (1950 + floor(u(a, 'founded') * 69))::bigint::varchar as YearStarted,
    'https://www.' || lower(replace(account_stem(a), ' ', '')) || a || '.example' as Website,
    case territory.country when 'United States' then '+1 202 555 01' || lpad((u(a, 'phone') * 99)::bigint::varchar, 2, '0') end as Phone,
    pick(territory.cities, u(a, 'city')) as BillingCity, territory.country as BillingCountry,
    territory.currency as CurrencyIsoCode, moment_at(account_pos(a)) as CreatedDate, closer.id as CreatedById,
    moment_at(greatest(account_pos(a), least(horizon() - 0.01, account_pos(a) + 300 * u(a, 'edited')))) as LastModifiedDate,
    closer.id as LastModifiedById, LastModifiedDate as SystemModstamp, is_merged(a) as IsDeleted,
    account_segment(a) as Segment__c
from (select unnest(range(account_from(), account_to())) as a) as numbers
inner join closer on account_closer(a) = closer.c
inner join territory on closer.region = territory.region and account_place(a, territory.places) = territory.place
