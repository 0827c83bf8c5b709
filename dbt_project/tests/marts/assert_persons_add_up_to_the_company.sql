{#
    What was won and lost is the same however it is asked: from the opportunities, from the bookings by person, and from the
    win rate of the company. Fails with the quarters that differ.
#}
with opportunities as (
    select
        company_id,
        close_fiscal_quarter_start_date as fiscal_quarter_start_date,
        count(*) as closed_count,
        coalesce(sum(case when is_won then reporting_amount end), 0) as won_amount
    from {{ ref('mart_opportunity') }}
    where is_closed
    group by
        company_id,
        close_fiscal_quarter_start_date
),

bookings as (
    select
        company_id,
        fiscal_quarter_start_date,
        sum(won_count + lost_count) as closed_count,
        sum(won_amount) as won_amount
    from {{ ref('mart_bookings') }}
    group by
        company_id,
        fiscal_quarter_start_date
),

rates as (
    select
        company_id,
        fiscal_quarter_start_date,
        closed_count,
        won_amount
    from {{ ref('mart_win_rate') }}
    where node_type = 'company'
)

select
    opportunities.company_id,
    opportunities.fiscal_quarter_start_date,
    opportunities.won_amount,
    bookings.won_amount as won_amount_of_bookings,
    rates.won_amount as won_amount_of_win_rate
from opportunities
full outer join bookings
    on
        opportunities.company_id = bookings.company_id
        and opportunities.fiscal_quarter_start_date = bookings.fiscal_quarter_start_date
full outer join rates
    on
        opportunities.company_id = rates.company_id
        and opportunities.fiscal_quarter_start_date = rates.fiscal_quarter_start_date
where
    opportunities.closed_count is distinct from bookings.closed_count
    or opportunities.closed_count is distinct from rates.closed_count
    or opportunities.won_amount is distinct from bookings.won_amount
    or opportunities.won_amount is distinct from rates.won_amount
