{# The companies of this deployment as the policy has them, each entry from a day on. #}
select
    company_id,
    company_name,
    reporting_currency_code,
    time_zone,
    cast(fiscal_year_start_month as integer) as fiscal_year_start_month,
    effective_from,
    'policy' as source_system,
    known_at
from {{ ref('stg_policy__companies') }}
