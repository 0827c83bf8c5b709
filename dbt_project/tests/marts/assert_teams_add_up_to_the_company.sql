{#
    Where everybody has a team, the teams at the top, with those below them, are the company. Fails with the quarters in
    which the top teams hold more or less than the opportunities whose owner had a team.
#}
with top_teams as (
    select
        rates.company_id,
        rates.fiscal_quarter_start_date,
        sum(rates.closed_count) as closed_count,
        sum(rates.won_amount) as won_amount
    from {{ ref('mart_win_rate') }} as rates
    inner join {{ ref('dim_team') }} as teams on rates.node_id = teams.team_id
    where rates.node_type = 'team' and teams.depth = 0
    group by
        rates.company_id,
        rates.fiscal_quarter_start_date
),

with_team as (
    select
        company_id,
        close_fiscal_quarter_start_date as fiscal_quarter_start_date,
        count(*) as closed_count,
        coalesce(sum(case when is_won then reporting_amount end), 0) as won_amount
    from {{ ref('fct_opportunity') }}
    where is_closed and owner_team_id is not null
    group by
        company_id,
        close_fiscal_quarter_start_date
)

select
    with_team.company_id,
    with_team.fiscal_quarter_start_date,
    with_team.won_amount,
    top_teams.won_amount as won_amount_of_teams
from with_team
full outer join top_teams
    on
        with_team.company_id = top_teams.company_id
        and with_team.fiscal_quarter_start_date = top_teams.fiscal_quarter_start_date
where
    with_team.closed_count is distinct from top_teams.closed_count
    or with_team.won_amount is distinct from top_teams.won_amount
