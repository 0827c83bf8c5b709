{# The org's corporate currency; the company's own where the org has a single currency and so names none. One row. #}
with corporate as (
    select max(currency_code) as currency_code
    from {{ ref('stg_salesforce__currencies') }}
    where is_corporate
)

select coalesce(corporate.currency_code, company.reporting_currency_code) as currency_code
from corporate
cross join {{ ref('int_default_company') }} as company
