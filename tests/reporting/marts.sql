-- The marts of warehouse.sql, derived from its facts.
create table marts.mart_run as select date '2026-11-20' as as_of_date;

create table marts.mart_opportunity as
select deals.*, 'Account of ' || deals.opportunity_name as account_name, owners.name as owner_name,
    teams.team_name as owner_team_name, coalesce(deals.is_open and deals.close_date < date '2026-11-20', false) as is_past_due
from core.fct_opportunity as deals
left join core.dim_person as owners on owners.person_id = deals.owner_person_id and owners.is_current
left join core.dim_team as teams on teams.team_id = deals.owner_team_id;

create table marts.mart_win_rate as
with rows_of_nodes as (
    select 'company' as node_type, company_id as node_id, * from core.fct_opportunity
    union all select 'person', owner_person_id, * from core.fct_opportunity
    union all select 'team', ancestor_team_id, deals.* from core.fct_opportunity as deals
    join core.bridge_team_ancestor as ancestors on ancestors.team_id = deals.owner_team_id
)
select company_id, node_type, node_id, close_fiscal_quarter_start_date as fiscal_quarter_start_date,
    count(*) filter (where is_won) as won_count, count(*) as closed_count,
    cast(coalesce(sum(reporting_amount) filter (where is_won), 0) as decimal(18, 2)) as won_amount,
    cast(coalesce(sum(reporting_amount), 0) as decimal(18, 2)) as closed_amount,
    cast(null as varchar) as no_rate_reason,
    case
        when coalesce(sum(reporting_amount), 0) = 0 then 'closed amount is zero'
        when count(*) filter (where not is_won) > 0 and count(*) filter (where not is_won and reporting_amount <> 0) = 0
            then 'lost deals have no amount'
    end as no_value_rate_reason
from rows_of_nodes where is_closed group by all;

create table marts.mart_quota_attainment as
with quarters as (
    select distinct fiscal_quarter_start_date as start_date from core.dim_date where company_id = 'acme'
),
figures as (
    select company_id, person_id, team_id, fiscal_quarter_start_date as quarter_start, reporting_amount as quota,
        cast(null as decimal(18, 2)) as credit
    from core.fct_quota where period_type <> 'year'
    union all
    select company_id, person_id, team_id, start_date, cast(reporting_amount / 4 as decimal(18, 2)), null
    from core.fct_quota cross join quarters where period_type = 'year'
    union all
    select company_id, person_id, team_id, close_fiscal_quarter_start_date, null, reporting_amount
    from core.fct_opportunity_credit where status = 'won'
),
rows_of_nodes as (
    select 'company' as node_type, company_id as node_id, * from figures
    union all select 'person', person_id, * from figures
    union all select 'team', ancestor_team_id, figures.* from figures
    join core.bridge_team_ancestor as ancestors on ancestors.team_id = figures.team_id
)
select company_id, node_type, node_id, quarter_start as fiscal_quarter_start_date,
    cast(coalesce(sum(quota), 0) as decimal(18, 2)) as quota_amount,
    cast(coalesce(sum(credit), 0) as decimal(18, 2)) as credited_amount,
    count(distinct person_id) filter (where quota is not null) as person_with_quota_count,
    case when count(quota) = 0 then 'no quota' end as no_rate_reason
from rows_of_nodes group by all;

create table marts.mart_pipeline_stage as
with rows_of_nodes as (
    select 'company' as node_type, company_id as node_id, * from core.fct_opportunity
    union all select 'person', owner_person_id, * from core.fct_opportunity
    union all select 'team', ancestor_team_id, deals.* from core.fct_opportunity as deals
    join core.bridge_team_ancestor as ancestors on ancestors.team_id = deals.owner_team_id
)
select company_id, node_type, node_id, stage_name, min(stage_order) as stage_order, count(*) as open_count,
    cast(coalesce(sum(reporting_amount), 0) as decimal(18, 2)) as open_amount,
    cast(coalesce(sum(cast(reporting_amount * probability as decimal(18, 2))), 0) as decimal(18, 2)) as weighted_amount,
    count(*) filter (where close_date < date '2026-11-20') as past_due_count,
    cast(coalesce(sum(reporting_amount) filter (where close_fiscal_quarter_start_date = date '2026-11-01'), 0)
        as decimal(18, 2)) as closing_this_quarter_amount
from rows_of_nodes where is_open group by all;

create table marts.mart_daily_movement as
with rows_of_nodes as (
    select 'company' as node_type, company_id as node_id, * from core.fct_opportunity_event
    union all select 'person', owner_person_id, * from core.fct_opportunity_event
    union all select 'team', ancestor_team_id, events.* from core.fct_opportunity_event as events
    join core.bridge_team_ancestor as ancestors on ancestors.team_id = events.owner_team_id
)
select company_id, node_type, node_id, event_date, event_type, count(distinct opportunity_id) as opportunity_count,
    cast(sum(if(event_type = 'amount_increased', new_amount - old_amount, new_amount)) as decimal(18, 2))
        as reporting_amount
from rows_of_nodes group by all;

create table marts.mart_quarantine as
select * from (values
    ('acme', 'export', 'deals.csv', 'amount', 'not a number: 12,x'),
    ('acme', 'export', 'deals.csv', 'amount', 'not a number: 12,x'),
    ('acme', 'export', 'quotas.csv', null, 'the person is missing')
) as t (company_id, source_system, file_name, column_name, reason);

create table marts.mart_source_freshness as
select * from (values
    ('salesforce', 'opportunity', 300, timestamp '2026-11-20 06:02:00', timestamp '2026-11-19 06:01:00',
        timestamp '2026-11-20 05:58:00'),
    ('salesforce', 'contact', 0, timestamp '2026-11-20 06:02:00', null, null),
    ('files', 'quota', 0, null, null, null)
) as t (source_system, table_name, row_count, last_checked_at, last_loaded_at, latest_record_at);
