{# What every fact needs to know of its company: its calendar, its money, and where the as-of day ends. #}
select
    companies.company_id,
    companies.reporting_currency_code,
    companies.time_zone,
    companies.fiscal_year_start_month,
    context.as_of_date,
    {{ start_of_day(add_days('context.as_of_date', 1), 'companies.time_zone') }} as as_of_end_at
from {{ ref('dim_company') }} as companies
cross join {{ ref('run_context') }} as context
