select
    record_id('003', number + 1) as Id, account_id(survivor(a)) as AccountId, first_name(number) || ' ' || last_name(number) as Name,
    first_name(number) as FirstName, last_name(number) as LastName,
    lower(FirstName || '.' || LastName || '.' || number || '@' || replace(account_stem(a), ' ', '') || '.example') as Email,
    pick(contact_titles(), u(number, 'title')) as Title, closer.id as OwnerId, lead_source(u(a, 'source')) as LeadSource,
    territory.country as MailingCountry, territory.currency as CurrencyIsoCode, moment_at(account_pos(a)) as CreatedDate,
    closer.id as CreatedById, moment_at(account_pos(a)) as LastModifiedDate, closer.id as LastModifiedById,
    moment_at(account_pos(a)) as SystemModstamp, false as IsDeleted
from (
    select a, a * 4 + unnest(range(contact_count(a))) as number
    from (select unnest(range(account_from(), account_to())) as a)
) as numbers
inner join closer on account_closer(a) = closer.c
inner join territory on closer.region = territory.region and account_place(a, territory.places) = territory.place
