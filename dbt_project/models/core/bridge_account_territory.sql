{# Which account lies in which territory today. #}
select
    territory_id,
    account_id,
    min(company_id) as company_id
from {{ ref('conformed_account_territory') }}
group by
    territory_id,
    account_id
