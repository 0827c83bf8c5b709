with numbered as (
    select n, opportunity_of_lead(n) as i, opportunity_pos(n * 5 / 6) - 4 as pos
    from (select unnest(range(lead_from(), lead_to())) as n)
),

converted as (
    select *, lead_of(i) = n and came_from_lead(i) as is_converted, opportunity_pos(i) as converted_pos
    from numbered
),

chosen as (
    select *, case when is_converted then chosen_account(i, converted_pos) end as chosen
    from converted
),

placed as (
    select
        *, case when is_converted then survivor(chosen) end as a,
        case when is_converted then converted_pos else least(pos + 20 * u(n, 'worked'), horizon() - 0.01) end as edited_pos
    from chosen
)

select
    lead_id(n) as Id, first_name(n + 17) || ' ' || last_name(n + 17) as Name, first_name(n + 17) as FirstName,
    last_name(n + 17) as LastName, account_stem(n + 7) as Company,
    lower(FirstName || '.' || LastName || '.' || n || '@' || replace(Company, ' ', '') || '.example') as Email,
    pick(contact_titles(), u(n, 'lead title')) as Title,
    case
        when is_converted then 'Qualified' when u(n, 'lead status') < 0.6 then 'Unqualified'
        when u(n, 'lead status') < 0.9 then 'Nurturing' else 'Working'
    end as Status,
    pick(['Hot', 'Warm', 'Cold', null], u(n, 'rating')) as Rating, lead_source(u(case when is_converted then i else n end, 'source')) as LeadSource,
    pick(industries(), u(n, 'lead industry')) as Industry, (10 + u(n, 'lead staff') * 5000)::bigint as NumberOfEmployees,
    pick(['United States', 'United States', 'Germany', 'United Kingdom', 'France', 'Japan'], u(n, 'lead country')) as Country,
    sdr.id as OwnerId, is_converted as IsConverted, case when is_converted then day_at(converted_pos) end as ConvertedDate,
    case when is_converted then account_id(a) end as ConvertedAccountId,
    case when is_converted then contact_id(a, 0) end as ConvertedContactId,
    case when is_converted then opportunity_id(i) end as ConvertedOpportunityId, 'USD' as CurrencyIsoCode,
    moment_at(pos) as CreatedDate, user_id(1) as CreatedById,
    moment_at(edited_pos) as LastModifiedDate,
    sdr.id as LastModifiedById, LastModifiedDate as SystemModstamp, u(n, 'lead deleted') < 0.01 and not is_converted as IsDeleted
from placed
inner join sdr on floor(u(n, 'lead owner') * sdrs())::bigint = sdr.d
