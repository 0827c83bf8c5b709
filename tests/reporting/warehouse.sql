-- Two companies as the warehouse holds them on 20 November 2026: one with three quarters of business, one without any.
-- The fiscal year begins in February, so the as-of day is the 20th of FY2027-Q4. Facts are written out or follow from
-- simple arithmetic; the marts follow from the facts.
create schema core;
create schema marts;

create table core.dim_company as
select * from (values
    ('acme', 'Acme & Söhne <GmbH>', 'EUR', 'Europe/Berlin', 2),
    ('idle', 'Idle Company', 'USD', 'UTC', 2)
) as t (company_id, company_name, reporting_currency_code, time_zone, fiscal_year_start_month);

create table core.dim_date as
with days as (
    select cast(day as date) as date_day, cast(date_trunc('month', day) as date) as month_start,
        (month(day) + 10) % 12 as month_of_year
    from unnest(generate_series(timestamp '2026-02-01', timestamp '2027-01-31', interval 1 day)) as t (day)
)
select company_id, date_day, 2027 as fiscal_year, month_of_year // 3 + 1 as fiscal_quarter,
    'FY2027-Q' || (month_of_year // 3 + 1) as fiscal_quarter_label,
    cast(month_start - to_months(month_of_year % 3) as date) as fiscal_quarter_start_date,
    cast(month_start - to_months(month_of_year % 3) + interval 3 month as date) as fiscal_quarter_end_date,
    month_start as fiscal_month_start_date
from days cross join core.dim_company;

create table core.dim_team as
select * from (values
    ('t:emea', 'acme', 'EMEA', null, 0), ('t:dach', 'acme', 'DACH', 't:emea', 1), ('t:uk', 'acme', 'UK & Ireland', 't:emea', 1)
) as t (team_id, company_id, team_name, parent_team_id, depth);

create table core.bridge_team_ancestor as
select * from (values
    ('t:emea', 't:emea', 0), ('t:dach', 't:dach', 0), ('t:uk', 't:uk', 0), ('t:dach', 't:emea', 1), ('t:uk', 't:emea', 1)
) as t (team_id, ancestor_team_id, depth);

-- Cy moves from DACH to UK in the middle of the quarter; two persons share a name; one name is an attack.
create table core.dim_person as
select *, 'acme' as company_id, valid_to is null as is_current from (values
    ('p:0', 'Ada Marsh', date '1900-01-01', null::date, 't:dach'),
    ('p:1', 'Ben Ito', date '1900-01-01', null, 't:dach'),
    ('p:2', 'Cy Vance', date '1900-01-01', date '2026-11-10', 't:dach'),
    ('p:2', 'Cy Vance', date '2026-11-10', null, 't:uk'),
    ('p:3', 'Dee <script>alert(1)</script>', date '1900-01-01', null, 't:uk'),
    ('p:4', 'Eli Roth', date '1900-01-01', null, 't:uk'),
    ('p:5', 'Fay Lund', date '1900-01-01', null, 't:uk'),
    ('p:6', 'Fay Lund', date '1900-01-01', null, 't:dach')
) as t (person_id, name, valid_from, valid_to, team_id);

create table core.dim_stage as
select 'acme' as company_id, * from (values
    ('Discovery', 'open', 1), ('Proposal', 'open', 2), ('Won', 'won', 3), ('Lost', 'lost', 4)
) as t (stage_name, status, stage_order);

-- What happens to each deal: created, ten days later advanced, perhaps raised, perhaps pushed, then closed.
create table deal as
with numbered as (
    select n, 'p:' || (n % 7) as owner_person_id, date '2026-02-03' + cast(n * 37 % 280 as integer) as created,
        cast(4000 + n * 7919 % 60000 as decimal(18, 2)) + cast((n * 13 % 100) * 0.01 as decimal(18, 2)) as final_amount
    from range(300) as t (n)
)
select *, created + cast(25 + n * 13 % 70 as integer) as closing,
    case when n % 5 in (0, 1, 3) then 'won' else 'lost' end as outcome,
    n % 4 = 0 as is_raised, n % 6 = 0 as is_pushed
from numbered where created <= date '2026-11-20';

create table change as
select n, created as event_date, 1 as step, 'created' as event_type, null as old_value, 'Discovery' as new_value from deal
union all
select n, created + 10, 2, 'stage_advanced', 'Discovery', 'Proposal' from deal
union all
select n, created + 12, 3, 'amount_increased', cast(final_amount - 500 as varchar), cast(final_amount as varchar)
from deal where is_raised
union all
select n, created + 20, 4, 'close_date_pushed', cast(closing - 15 as varchar), cast(closing as varchar)
from deal where is_pushed
union all
select n, closing, 5, outcome, 'Proposal', if(outcome = 'won', 'Won', 'Lost') from deal;

create table core.fct_opportunity_event as
select 'e:' || n || ':' || step as event_id, 'o:' || n as opportunity_id, 'acme' as company_id,
    cast(event_date as timestamp) + interval 9 hour as event_at, event_date, event_type, old_value, new_value,
    case when event_type like 'amount%' then 'amount' else 'other' end as field_name,
    cast(final_amount - if(is_raised and event_date <= created + 12, 500, 0) as decimal(18, 2)) as old_amount,
    cast(final_amount - if(is_raised and event_date < created + 12, 500, 0) as decimal(18, 2)) as new_amount,
    cast(final_amount - if(is_raised and event_date < created + 12, 500, 0) as decimal(18, 2)) as amount,
    case when step = 5 then new_value when event_date >= created + 10 then 'Proposal' else 'Discovery' end as stage_name,
    case when step = 5 then outcome else 'open' end as status,
    closing - if(is_pushed and event_date < created + 20, 15, 0) as close_date,
    change_deal.owner_person_id, people.team_id as owner_team_id
from (select * from change join deal using (n)) as change_deal
join core.dim_person as people on people.person_id = change_deal.owner_person_id
    and people.valid_from <= event_date and event_date < coalesce(people.valid_to, date '9999-01-01')
where event_date <= date '2026-11-20';

create table core.fct_opportunity as
with latest as (
    select *, row_number() over (partition by opportunity_id order by event_at desc) as recency
    from core.fct_opportunity_event
),
states as (
    select latest.opportunity_id, latest.owner_person_id, latest.stage_name, latest.status, latest.amount,
        latest.close_date, deal.created as created_date,
        'Deal ' || deal.n || case when deal.n = 20 then ' =HYPERLINK("x") & <b>' else '' end as opportunity_name
    from latest join deal on 'o:' || deal.n = latest.opportunity_id where recency = 1
    union all
    -- A zero, a missing amount, a back-dated close, and an open deal of a source without history.
    select * from (values
        ('o:zero', 'p:0', 'Won', 'won', 0.00::decimal(18, 2), date '2026-11-05', date '2026-10-01', 'Zero'),
        ('o:null', 'p:1', 'Won', 'won', null, date '2026-11-06', date '2026-10-01', 'No amount'),
        ('o:back', 'p:4', 'Won', 'won', 12345.67, date '2026-11-07', date '2026-11-09', 'Back-dated'),
        ('o:bare', 'p:5', 'Discovery', 'open', 9000.00, date '2026-10-31', null, 'No history')
    ) as t
)
select states.opportunity_id, 'acme' as company_id, states.opportunity_name, states.owner_person_id,
    people.team_id as owner_team_id, states.stage_name, stages.stage_order, states.status, states.status = 'open' as is_open,
    states.status = 'won' as is_won, states.status <> 'open' as is_closed, states.amount,
    cast(1 as decimal(18, 9)) as reporting_rate, states.amount as reporting_amount,
    cast(if(states.stage_name = 'Discovery', 0.1, 0.5) as decimal(5, 4)) as probability, states.created_date,
    states.close_date, dates.fiscal_quarter_start_date as close_fiscal_quarter_start_date,
    if(states.status = 'open', null, cast(states.close_date - states.created_date as integer)) as days_to_close
from states
join core.dim_stage as stages on stages.stage_name = states.stage_name
left join core.dim_date as dates on dates.company_id = 'acme' and dates.date_day = states.close_date
join core.dim_person as people on people.person_id = states.owner_person_id
    and people.valid_from <= if(states.status = 'open', date '2026-11-20', states.close_date)
    and if(states.status = 'open', date '2026-11-20', states.close_date) < coalesce(people.valid_to, date '9999-01-01');

-- Every tenth deal is shared 60 to 40 with the next person.
create table core.fct_opportunity_credit as
with shares as (
    select opportunity_id, owner_person_id as person_id, 0.6::decimal(9, 6) as credit_share,
        round(reporting_amount * 0.6, 2) as amount
    from core.fct_opportunity where opportunity_id like 'o:%0' and opportunity_id <> 'o:0'
    union all
    select opportunity_id, 'p:' || (cast(right(owner_person_id, 1) as integer) + 1) % 7, 0.4,
        reporting_amount - round(reporting_amount * 0.6, 2)
    from core.fct_opportunity where opportunity_id like 'o:%0' and opportunity_id <> 'o:0'
    union all
    select opportunity_id, owner_person_id, 1, reporting_amount
    from core.fct_opportunity where not (opportunity_id like 'o:%0' and opportunity_id <> 'o:0')
)
select shares.opportunity_id, shares.person_id, deals.company_id, people.team_id, shares.credit_share,
    cast(shares.amount as decimal(18, 2)) as reporting_amount, deals.status, deals.close_fiscal_quarter_start_date
from shares join core.fct_opportunity as deals on deals.opportunity_id = shares.opportunity_id
join core.dim_person as people on people.person_id = shares.person_id
    and people.valid_from <= if(deals.is_open, date '2026-11-20', deals.close_date)
    and if(deals.is_open, date '2026-11-20', deals.close_date) < coalesce(people.valid_to, date '9999-01-01');

-- Quotas by quarter for five persons, by month for the one who moves, by year for one; one has none.
create table core.fct_quota as
with quotas as (
    select 'p:' || k as person_id, 'quarter' as period_type, quarter_start as period_start_date,
        cast(quarter_start + interval 3 month as date) as period_end_date,
        cast(150000 + 20000 * k as decimal(18, 2)) as amount
    from range(6) as t (k),
        (select distinct fiscal_quarter_start_date as quarter_start from core.dim_date) as quarters
    where k not in (2, 4)
    union all
    select 'p:2', 'month', month_start, cast(month_start + interval 1 month as date), 60000.50
    from (select distinct fiscal_month_start_date as month_start from core.dim_date) as months
    union all
    select 'p:4', 'year', date '2026-02-01', date '2027-02-01', 800000.00
)
select 'q:' || quotas.person_id || ':' || period_start_date as quota_id, 'acme' as company_id, quotas.person_id,
    people.team_id, 'bookings' as quota_type, period_type, period_start_date, period_end_date,
    dates.fiscal_quarter_start_date, amount as reporting_amount
from quotas
join core.dim_date as dates on dates.company_id = 'acme' and dates.date_day = period_start_date
join core.dim_person as people on people.person_id = quotas.person_id
    and people.valid_from <= period_start_date and period_start_date < coalesce(people.valid_to, date '9999-01-01');
drop table change;
drop table deal;
