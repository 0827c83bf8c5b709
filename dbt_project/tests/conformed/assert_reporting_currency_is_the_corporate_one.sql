{#
    Salesforce states its rates against the org's corporate currency and we take them as rates to the reporting currency.
    Fails when the policy reports in another one: every amount would be wrong by the rate between the two.
#}
select
    corporate.currency_code as corporate_currency_code,
    company.reporting_currency_code
from {{ ref('int_corporate_currency') }} as corporate
cross join {{ ref('int_default_company') }} as company
where corporate.currency_code <> company.reporting_currency_code
