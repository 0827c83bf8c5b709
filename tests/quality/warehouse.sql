-- A small, sound warehouse with the columns that the suites of core and marts look at.
-- Two wins and one open deal of one company with one team and two people.
create schema core;
create schema marts;

create table core.dim_company as
select 'acme' as company_id, 'EUR' as reporting_currency_code, true as is_in_policy;

create table core.dim_date as
select
    'acme' as company_id,
    date '2026-04-01' + cast(day as integer) as date_day,
    date '2026-04-01' as fiscal_quarter_start_date,
    date '2026-07-01' as fiscal_quarter_end_date
from range(91) as days(day);

create table core.dim_person as
select * from (
    values
    ('v1', 'ann', date '1900-01-01', date '2026-05-01', false),
    ('v2', 'ann', date '2026-05-01', null, true),
    ('v3', 'bob', date '1900-01-01', null, true)
) as rows_of(person_version_id, person_id, valid_from, valid_to, is_current);

create table core.dim_account as select 'a1' as account_id;
create table core.bridge_account_merge as select 'a0' as merged_account_id, 'a1' as account_id;
create table core.dim_team as select 't1' as team_id;
create table core.bridge_team_ancestor as select 't1' as team_id, 't1' as ancestor_team_id, 0 as depth;

create table core.fct_opportunity as
select
    *,
    'acme' as company_id,
    'a1' as account_id,
    't1' as owner_team_id,
    status = 'open' as is_open,
    status = 'won' as is_won,
    status <> 'open' as is_closed,
    amount as reporting_amount,
    'EUR' as currency_code,
    date '2026-04-02' as created_date,
    date '2026-05-20' as close_date,
    case when status <> 'open' then timestamp '2026-05-20 10:00:00' end as closed_at,
    date '2026-04-01' as close_fiscal_quarter_start_date,
    cast(48 as bigint) as days_to_close
from (
    values
    ('o1', 'ann', 'won', cast(100 as decimal(18, 2)), cast(1 as decimal(5, 4))),
    ('o2', 'bob', 'won', cast(50.50 as decimal(18, 2)), cast(1 as decimal(5, 4))),
    ('o3', 'bob', 'open', cast(70 as decimal(18, 2)), cast(0.3 as decimal(5, 4)))
) as rows_of(opportunity_id, owner_person_id, status, amount, probability);

create table core.fct_opportunity_event as
select
    opportunity_id || ':created' as event_id,
    opportunity_id,
    company_id,
    owner_person_id,
    'created' as event_type,
    created_date as event_date
from core.fct_opportunity;

create table core.fct_opportunity_credit as
select
    opportunity_id,
    owner_person_id as person_id,
    company_id,
    status,
    reporting_amount,
    close_fiscal_quarter_start_date
from core.fct_opportunity;

create table core.fct_quota as
select
    'q1' as quota_id,
    'ann' as person_id,
    'EUR' as currency_code,
    cast(90 as decimal(18, 2)) as amount,
    cast(90 as decimal(18, 2)) as reporting_amount,
    date '2026-04-01' as period_start_date,
    date '2026-07-01' as period_end_date;

create table marts.mart_run as select date '2026-06-30' as as_of_date;

create table marts.mart_source_freshness as
select
    'salesforce' as source_system,
    'opportunity' as table_name,
    cast(3 as bigint) as row_count,
    cast(9 as bigint) as raw_row_count,
    timestamp '2026-06-30 05:00:09' as last_checked_at,
    timestamp '2026-06-30 05:00:00' as last_loaded_at,
    timestamp '2026-06-29 12:30:00' as latest_record_at;

create table marts.mart_quarantine as
select 'r1' as quarantine_id, 'not a number' as reason;

create table marts.mart_opportunity as
select
    *,
    upper(owner_person_id) as owner_name,
    false as is_past_due
from core.fct_opportunity;

create table marts.mart_bookings as
select
    company_id || owner_person_id as bookings_id,
    company_id,
    close_fiscal_quarter_start_date as fiscal_quarter_start_date,
    owner_team_id,
    owner_person_id,
    count(*) as won_count,
    cast(sum(reporting_amount) as decimal(18, 2)) as won_amount,
    cast(0 as bigint) as lost_count,
    cast(0 as decimal(18, 2)) as lost_amount
from core.fct_opportunity
where is_won
group by all;

create table marts.mart_win_rate as
select
    'acme' as company_id,
    node_type,
    node_id,
    node_id as node_name,
    date '2026-04-01' as fiscal_quarter_start_date,
    count(*) as won_count,
    count(*) as closed_count,
    cast(sum(reporting_amount) as decimal(18, 2)) as won_amount,
    cast(sum(reporting_amount) as decimal(18, 2)) as closed_amount,
    cast(null as varchar) as no_rate_reason,
    cast(null as varchar) as no_value_rate_reason
from (
    select 'company' as node_type, 'acme' as node_id, * from core.fct_opportunity
    union all
    select 'person' as node_type, owner_person_id as node_id, * from core.fct_opportunity
) as nodes
where is_won
group by all;

create table marts.mart_quota_attainment as
select
    'acme' as company_id,
    node_type,
    node_id,
    node_id as node_name,
    date '2026-04-01' as fiscal_quarter_start_date,
    quota_amount,
    credited_amount,
    case when quota_amount = 0 then 'no quota' end as no_rate_reason
from (
    values
    ('company', 'acme', cast(90 as decimal(18, 2)), cast(150.50 as decimal(18, 2))),
    ('person', 'ann', cast(90 as decimal(18, 2)), cast(100 as decimal(18, 2))),
    ('person', 'bob', cast(0 as decimal(18, 2)), cast(50.50 as decimal(18, 2)))
) as rows_of(node_type, node_id, quota_amount, credited_amount);

create table marts.mart_pipeline_stage as
select
    'acme' as company_id,
    'company' as node_type,
    'acme' as node_id,
    'Acme' as node_name,
    'Proposal' as stage_name,
    cast(1 as bigint) as open_count,
    cast(0 as bigint) as past_due_count,
    cast(70 as decimal(18, 2)) as open_amount,
    cast(21 as decimal(18, 2)) as weighted_amount;

create table marts.mart_daily_movement as
select
    'acme' as company_id,
    'company' as node_type,
    'acme' as node_id,
    event_date,
    event_type,
    count(*) as opportunity_count
from core.fct_opportunity_event
group by all;
