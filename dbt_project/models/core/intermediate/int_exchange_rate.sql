{# Rates to each company's reporting currency by day. The reporting currency itself is worth one, always. #}
select
    company_id,
    reporting_currency_code as currency_code,
    {{ far_past() }} as valid_from,
    cast(null as date) as valid_to,
    cast(1 as decimal(18, 9)) as rate_to_reporting
from {{ ref('int_company_clock') }}
union all
select
    rates.company_id,
    rates.currency_code,
    rates.valid_from,
    rates.valid_to,
    rates.rate_to_reporting
from {{ ref('conformed_exchange_rate') }} as rates
inner join {{ ref('int_company_clock') }} as clock on rates.company_id = clock.company_id
where rates.currency_code <> clock.reporting_currency_code
