select
    user_id(n) as Id, lower(first_name || '.' || last_name || '.' || n || '@brightwater.example') as Username,
    first_name || ' ' || last_name as Name, first_name as FirstName, last_name as LastName,
    lower(first_name || '.' || last_name || '.' || n || '@brightwater.example') as Email,
    lower(substr(first_name, 1, 1) || substr(last_name, 1, 4)) as Alias, (1000 + n)::varchar as EmployeeNumber,
    title as Title, case job when 'SDR' then 'Sales Development' when 'AM' then 'Customer Sales' else 'Sales' end as Department,
    case when region is not null then region_names()[region + 1] end as Division,
    left_pos is null or left_pos >= horizon() as IsActive, case when role_n is not null then role_id(role_n) end as UserRoleId,
    case when manager_n is not null then user_id(manager_n) end as ManagerId,
    case n when 1 then 'AutomatedProcess' else 'Standard' end as UserType, coalesce(job, '') not in ('', 'SDR') as ForecastEnabled,
    'America/New_York' as TimeZoneSidKey, 'en_US' as LanguageLocaleKey, 'en_US' as LocaleSidKey,
    'USD' as DefaultCurrencyIsoCode, 'USD' as CurrencyIsoCode, moment_at(hired) as CreatedDate, user_id(1) as CreatedById,
    moment_at(case when left_pos < horizon() then left_pos else hired end) as LastModifiedDate,
    user_id(2) as LastModifiedById,
    moment_at(case when left_pos < horizon() then left_pos else hired end) as SystemModstamp
from person
where hired < horizon()
