{#
    Every day of every company from the first to the last fiscal year that its data touch, at most 30 years back and 10
    ahead of the as-of day: a typing error in a date must not make a million rows.
#}
with observed as (
    select company_id, cast(created_at as date) as date_day from {{ ref('conformed_opportunity') }}
    union all
    select company_id, close_date as date_day from {{ ref('conformed_opportunity') }}
    union all
    select company_id, period_start_date as date_day from {{ ref('conformed_quota') }}
    union all
    select company_id, cast(occurred_at as date) as date_day from {{ ref('conformed_activity') }}
    union all
    select company_id, as_of_date as date_day from {{ ref('int_company_clock') }}
),

spans as (
    select
        clock.company_id,
        clock.fiscal_year_start_month,
        greatest(min(observed.date_day), {{ add_months('min(clock.as_of_date)', -360) }}) as first_day,
        least(max(observed.date_day), {{ add_months('min(clock.as_of_date)', 120) }}) as last_day
    from {{ ref('int_company_clock') }} as clock
    inner join observed on clock.company_id = observed.company_id
    group by
        clock.company_id,
        clock.fiscal_year_start_month
),

days as (
    select
        company_id,
        fiscal_year_start_month,
        {{ explode_days(
            fiscal_year_start('first_day', 'fiscal_year_start_month'),
            add_months(fiscal_year_start('last_day', 'fiscal_year_start_month'), 12)
        ) }} as date_day
    from spans
),

quarters as (
    select
        company_id,
        fiscal_year_start_month,
        date_day,
        {{ fiscal_quarter_start('date_day', 'fiscal_year_start_month') }} as fiscal_quarter_start_date
    from days
)

select
    company_id,
    date_day,
    {{ fiscal_year('date_day', 'fiscal_year_start_month') }} as fiscal_year,
    {{ fiscal_quarter('date_day', 'fiscal_year_start_month') }} as fiscal_quarter,
    {{ fiscal_quarter_label('date_day', 'fiscal_year_start_month') }} as fiscal_quarter_label,
    fiscal_quarter_start_date,
    {{ add_months('fiscal_quarter_start_date', 3) }} as fiscal_quarter_end_date,
    {{ fiscal_month_start('date_day') }} as fiscal_month_start_date,
    {{ days_between('fiscal_quarter_start_date', 'date_day') }} + 1 as day_of_fiscal_quarter,
    cast(date_trunc('week', date_day) as date) as iso_week_start_date,
    {{ days_between("cast(date_trunc('week', date_day) as date)", 'date_day') }} >= 5 as is_weekend
from quarters
