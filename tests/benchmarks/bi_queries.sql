-- Thirty queries as a BI tool sends them to the published version: tiles, tables, trends, top lists and drill-downs.
-- $quarter, $last_quarter, $team, $person, $account and $day are replaced by values of the version (see bench_bi_queries.py).

-- name: open pipeline by stage, company
select stage_name, open_count, open_amount, weighted_amount
from marts.mart_pipeline_stage
where node_type = 'company'
order by stage_order;

-- name: open pipeline by stage, one team
select stage_name, open_count, open_amount, weighted_amount, past_due_count
from marts.mart_pipeline_stage
where node_type = 'team' and node_id = '$team'
order by stage_order;

-- name: closing this quarter, largest teams
select node_name, sum(closing_this_quarter_amount) as closing
from marts.mart_pipeline_stage
where node_type = 'team'
group by node_name
order by closing desc nulls last
limit 20;

-- name: bookings by quarter
select fiscal_quarter_label, fiscal_quarter_start_date, sum(won_amount) as won, sum(won_count) as deals
from marts.mart_bookings
group by all
order by fiscal_quarter_start_date;

-- name: bookings of a quarter by team
select team_name, sum(won_amount) as won, sum(lost_amount) as lost
from marts.mart_bookings
where fiscal_quarter_start_date = '$quarter'
group by team_name
order by won desc
limit 50;

-- name: top sellers of a quarter
select owner_name, team_name, won_amount, won_count
from marts.mart_bookings
where fiscal_quarter_start_date = '$quarter'
order by won_amount desc
limit 25;

-- name: one seller's bookings over time
select fiscal_quarter_label, won_count, won_amount, lost_count
from marts.mart_bookings
where owner_person_id = '$person'
order by fiscal_quarter_start_date;

-- name: win rate by quarter, company
select fiscal_quarter_label, won_count / closed_count as win_rate, won_amount / nullif(closed_amount, 0) as value_rate
from marts.mart_win_rate
where node_type = 'company' and closed_count > 0
order by fiscal_quarter_start_date;

-- name: win rate of the teams in a quarter
select node_name, won_count, closed_count
from marts.mart_win_rate
where node_type = 'team' and fiscal_quarter_start_date = '$quarter'
order by closed_count desc
limit 50;

-- name: attainment by quarter, company
select fiscal_quarter_label, quota_amount, credited_amount
from marts.mart_quota_attainment
where node_type = 'company'
order by fiscal_quarter_start_date;

-- name: attainment of the sellers in a quarter
select node_name, quota_amount, credited_amount, credited_amount / nullif(quota_amount, 0) as attainment
from marts.mart_quota_attainment
where node_type = 'person' and fiscal_quarter_start_date = '$quarter' and no_rate_reason is null
order by attainment desc
limit 100;

-- name: how many sellers made their quota, by quarter
select fiscal_quarter_start_date, count(*) filter (credited_amount >= quota_amount) as made_it, count(*) as sellers
from marts.mart_quota_attainment
where node_type = 'person' and quota_amount > 0
group by fiscal_quarter_start_date
order by fiscal_quarter_start_date;

-- name: movements of the last ninety days, company
select event_date, event_type, opportunity_count, reporting_amount
from marts.mart_daily_movement
where node_type = 'company' and event_date >= date '$day' - 90
order by event_date, event_type;

-- name: movements of a day by team
select node_name, event_type, opportunity_count, reporting_amount
from marts.mart_daily_movement
where node_type = 'team' and event_date = '$day'
order by node_name, event_type;

-- name: created and won per month, one team
select date_trunc('month', event_date) as month, event_type, sum(opportunity_count) as deals, sum(reporting_amount) as amount
from marts.mart_daily_movement
where node_type = 'team' and node_id = '$team' and event_type in ('created', 'won')
group by all
order by month;

-- name: largest open opportunities
select opportunity_name, account_name, owner_name, stage_name, reporting_amount, close_date
from marts.mart_opportunity
where is_open
order by reporting_amount desc nulls last
limit 50;

-- name: open opportunities of a team, a page of a table
select opportunity_name, account_name, owner_name, stage_name, reporting_amount, close_date, age_days
from marts.mart_opportunity
where owner_team_id = '$team' and is_open
order by close_date, opportunity_id
limit 100;

-- name: opportunities of a seller
select opportunity_name, stage_name, reporting_amount, close_date, status
from marts.mart_opportunity
where owner_person_id = '$person'
order by close_date desc
limit 100;

-- name: opportunities of an account
select opportunity_name, stage_name, status, reporting_amount, close_date
from marts.mart_opportunity
where account_id = '$account'
order by created_at;

-- name: won by segment in a quarter
select segment, count(*) as deals, sum(reporting_amount) as won, avg(days_to_close) as days
from marts.mart_opportunity
where is_won and close_fiscal_quarter_start_date = '$quarter'
group by segment
order by won desc;

-- name: won by country and quarter
select country, close_fiscal_quarter_label, sum(reporting_amount) as won
from marts.mart_opportunity
where is_won and close_date >= date '$day' - 730
group by all
order by won desc;

-- name: pipeline by industry and stage
select industry, stage_name, count(*) as deals, sum(reporting_amount) as amount
from marts.mart_opportunity
where is_open
group by all
order by industry, stage_name;

-- name: pipeline by forecast category this quarter
select forecast_category, count(*) as deals, sum(reporting_amount) as amount, sum(reporting_amount * probability) as weighted
from marts.mart_opportunity
where is_open and close_fiscal_quarter_start_date = '$quarter'
group by forecast_category;

-- name: past due opportunities by team
select owner_team_name, count(*) as deals, sum(reporting_amount) as amount
from marts.mart_opportunity
where is_past_due
group by owner_team_name
order by amount desc nulls last
limit 25;

-- name: lead sources by win rate
select lead_source, count(*) filter (is_won) / count(*) as win_rate, sum(reporting_amount) filter (is_won) as won
from marts.mart_opportunity
where is_closed and close_fiscal_quarter_start_date in ('$quarter', '$last_quarter')
group by lead_source
order by win_rate desc;

-- name: age of the open pipeline
select age_days // 30 as months_old, count(*) as deals, sum(reporting_amount) as amount
from marts.mart_opportunity
where is_open
group by months_old
order by months_old;

-- name: pushed opportunities of the quarter
select owner_name, count(*) as deals, sum(push_count) as pushes, sum(reporting_amount) as amount
from marts.mart_opportunity
where close_fiscal_quarter_start_date = '$quarter' and push_count >= 2
group by owner_name
order by pushes desc
limit 25;

-- name: credited bookings by team and quarter, fact and dimension
select teams.team_name, credits.close_fiscal_quarter_start_date, sum(credits.reporting_amount) as credited
from core.fct_opportunity_credit as credits
inner join core.dim_team as teams on credits.team_id = teams.team_id
where credits.status = 'won' and credits.close_fiscal_quarter_start_date = '$quarter'
group by all
order by credited desc
limit 25;

-- name: quota of a quarter by manager, fact and dimension
select people.manager_name, count(*) as sellers, sum(quotas.reporting_amount) as quota
from core.fct_quota as quotas
inner join core.dim_person as people on quotas.person_id = people.person_id and people.is_current
where quotas.fiscal_quarter_start_date = '$quarter'
group by people.manager_name
order by quota desc
limit 25;

-- name: history of one opportunity
select event_at, event_type, field_name, old_value, new_value
from core.fct_opportunity_event
where opportunity_id = '$opportunity'
order by event_at;
