{# An amount without an exchange rate would silently be missing from every sum. Fails with currency and day of each. #}
select
    'fct_opportunity' as model_name,
    opportunity_id as record_id,
    currency_code,
    reporting_rate_date as rate_date
from {{ ref('fct_opportunity') }}
where amount is not null and reporting_amount is null
union all
select
    'fct_quota' as model_name,
    quota_id as record_id,
    currency_code,
    period_start_date as rate_date
from {{ ref('fct_quota') }}
where amount is not null and reporting_amount is null
union all
select
    'fct_invoice' as model_name,
    invoice_id as record_id,
    currency_code,
    invoice_date as rate_date
from {{ ref('fct_invoice') }}
where amount is not null and reporting_amount is null
