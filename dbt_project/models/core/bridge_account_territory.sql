{# Which account lies in which territory today. An assignment that names no account says nothing. #}
{{ config(meta={'key': 'account_id', 'inputs': {'conformed_account_territory': 'account_id'}}) }}
select
    territory_id,
    account_id,
    min(company_id) as company_id
from {{ part(ref('conformed_account_territory')) }}
where account_id is not null
group by
    territory_id,
    account_id
