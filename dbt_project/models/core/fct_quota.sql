{#
    Quotas as the source has them, each with the fiscal period that holds its date and the team its person had on the
    first day of that period. Amounts are converted at the rate of that day.
#}
with periods as (
    select
        quotas.*,
        clock.reporting_currency_code,
        clock.fiscal_year_start_month,
        case quotas.period_type
            when 'month' then {{ fiscal_month_start('quotas.period_start_date') }}
            when 'quarter' then {{ fiscal_quarter_start('quotas.period_start_date', 'clock.fiscal_year_start_month') }}
            when 'year' then {{ fiscal_year_start('quotas.period_start_date', 'clock.fiscal_year_start_month') }}
        end as fiscal_period_start_date,
        case quotas.period_type when 'month' then 1 when 'quarter' then 3 when 'year' then 12 end as months_in_period
    from {{ ref('conformed_quota') }} as quotas
    inner join {{ ref('int_company_clock') }} as clock on quotas.company_id = clock.company_id
)

select
    {{ generate_key([
        'periods.person_id', 'periods.quota_type', 'periods.period_type', 'periods.period_start_date'
    ]) }} as quota_id,
    periods.company_id,
    periods.person_id,
    persons.team_id,
    periods.quota_type,
    periods.period_type,
    periods.fiscal_period_start_date as period_start_date,
    {{ add_months('periods.fiscal_period_start_date', 'periods.months_in_period') }} as period_end_date,
    {{ fiscal_quarter_start('periods.fiscal_period_start_date', 'periods.fiscal_year_start_month') }}
        as fiscal_quarter_start_date,
    periods.amount,
    coalesce(periods.currency_code, periods.reporting_currency_code) as currency_code,
    {{ convert('periods.amount', 'rates.rate_to_reporting') }} as reporting_amount,
    periods.known_at
from periods
left join {{ ref('dim_person') }} as persons
    on periods.person_id = persons.person_id and {{ valid_on('persons', 'periods.fiscal_period_start_date') }}
left join {{ ref('int_exchange_rate') }} as rates
    on {{ rate_on(
        'rates',
        'periods.company_id',
        'coalesce(periods.currency_code, periods.reporting_currency_code)',
        'periods.fiscal_period_start_date'
    ) }}
