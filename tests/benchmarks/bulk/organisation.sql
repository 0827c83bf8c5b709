-- Who sells: a role hierarchy of the company, its regions, areas and teams, and the people in it. Tables, because they are
-- small (one person per 200 opportunities) and everything refers to them.
create or replace macro region_of(part, parts) as case
    when (part + 0.5) / parts < 0.47 then 0 when (part + 0.5) / parts < 0.8 then 1 else 2
end;
create or replace macro role_id(n) as record_id('00E', n);
create or replace macro user_id(n) as record_id('005', n);

create or replace temp table role as
select 1 as n, 'Sales' as name, null::bigint as parent
union all
select 2 + r, region_names()[r + 1], 1 from range(3) as t(r)
union all
select 5 + a, region_names()[region_of(a, areas()) + 1] || ' Area ' || (a + 1), 2 + region_of(a, areas())
from range(areas()) as t(a)
union all
select 5 + areas() + t, 'Team ' || (t + 1) || ' Sales', 5 + t * areas() // teams() from range(teams()) as t(t);

create or replace temp table seller as
select
    s,
    7 + areas() + teams() + s as n,
    s % teams() as team,
    (['AE', 'AM', 'AE', 'SDR', 'AE', 'AM', 'SDR'])[s // teams() % 7 + 1] as job,
    case
        when s < 0.7 * sellers() then -1000 * (1 - s / (0.7 * sellers()))
        else first_horizon() * 0.95 * (s - 0.7 * sellers()) / (0.3 * sellers())
    end as hired,
    case when s % 8 = 5 then greatest(hired, 0) + 150 + 600 * u(s, 'leaves') end as left_pos
from range(sellers()) as t(s);

create or replace temp table person as
select
    1 as n, 'Integration' as first_name, 'User' as last_name, 'System Integration' as title, null as job,
    null::bigint as role_n, null::bigint as manager_n, null::bigint as region, -1040.0 as hired, null::double as left_pos
union all
select 2, 'Sales', 'Operations', 'Sales Operations Administrator', null, null, null, null, -1039, null
union all
select 3, first_name(3), last_name(3), 'Chief Revenue Officer', 'CRO', 1, null, null, -1030, null
union all
select 4 + r, first_name(4 + r), last_name(4 + r), 'Vice President Sales', 'VP', 2 + r, 3, r, -1020 + r, null
from range(3) as t(r)
union all
select
    7 + a, first_name(7 + a), last_name(7 + a), 'Area Vice President', 'Area', 5 + a, 4 + region_of(a, areas()),
    region_of(a, areas()), -1015 + 5 * a / areas(), null
from range(areas()) as t(a)
union all
select
    7 + areas() + t, first_name(7 + areas() + t), last_name(7 + areas() + t), 'Sales Manager', 'Manager', 5 + areas() + t,
    7 + t * areas() // teams(), region_of(t * areas() // teams(), areas()), -1010 + 10 * t / teams(), null
from range(teams()) as t(t)
union all
select
    n, first_name(n), last_name(n),
    case job
        when 'AE' then 'Account Executive' when 'AM' then 'Account Manager' else 'Sales Development Representative'
    end,
    job, 5 + areas() + team, 7 + areas() + team, region_of(team * areas() // teams(), areas()), hired, left_pos
from seller;

-- Those who carry a quota and own accounts, numbered in the order in which they were hired; whoever has left is followed
-- by the next one.
create or replace temp table closer as
select
    row_number() over (order by s) - 1 as c,
    user_id(n) as id,
    n,
    job,
    hired,
    left_pos,
    region_of(team * areas() // teams(), areas()) as region,
    coalesce(lead(user_id(n), 1) over (order by s), first_value(user_id(n)) over (order by s)) as next_id,
    coalesce(lead(user_id(n), 2) over (order by s), first_value(user_id(n)) over (order by s)) as helper_id
from seller
where job <> 'SDR';

create or replace temp table sdr as
select row_number() over (order by s) - 1 as d, user_id(n) as id from seller where job = 'SDR';

create or replace temp table territory as
select
    row_number() over () as n, name, region, country, currency, legal_forms, cities,
    row_number() over (partition by region) - 1 as place, count(*) over (partition by region) as places
from configured_territory;

create or replace temp table month_start as
select cast(day as date) as day
from generate_series(date_trunc('month', day_zero()), date_trunc('month', as_of()), interval 1 month) as t(day);

create or replace temp table rate as
select
    currencies.code, currencies.n as currency_n, currencies.decimals, months.day as valid_from,
    round(currencies.rate * exp(sum(
        currencies.volatility * gauss(currencies.n * 1000 + date_diff('month', day_zero(), months.day), 'rate')
    ) over (partition by currencies.code order by months.day)), 6) as rate,
    lead(months.day) over (partition by currencies.code order by months.day) as valid_to
from configured_currency as currencies
cross join month_start as months;

create or replace temp table price as
select
    products.n as product_n, products.code, products.name, books.n as book, currencies.code as currency,
    (products.n - 1) * 8 + (books.n - 1) * 4 + currencies.n as n,
    greatest(
        case currencies.code when 'JPY' then 100 else 1 end,
        round(products.price * books.share * currencies.rate / case currencies.code when 'JPY' then 100 else 1 end)
        * case currencies.code when 'JPY' then 100 else 1 end
    ) as unit_price
from configured_product as products
cross join (values (1, 1.0), (2, partner_share())) as books(n, share)
cross join configured_currency as currencies;

create or replace temp table period as
select
    row_number() over (order by years.fiscal_year, kinds.position, numbers.number) as n, kinds.kind, numbers.number + 1 as number,
    years.fiscal_year,
    cast(make_date(years.fiscal_year - 1, 2, 1) + to_months((numbers.number * kinds.months)::integer) as date) as first_day,
    cast(make_date(years.fiscal_year - 1, 2, 1) + to_months(((numbers.number + 1) * kinds.months)::integer) as date) - 1 as last_day
from range(fiscal_year(day_zero()) - 1, fiscal_year(as_of()) + 2) as years(fiscal_year)
cross join (values ('Year', 12, 1), ('Quarter', 3, 2), ('Month', 1, 3)) as kinds(kind, months, position)
cross join lateral (select unnest(range(12 // kinds.months)) as number) as numbers;
