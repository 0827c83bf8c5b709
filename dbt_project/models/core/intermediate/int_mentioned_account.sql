{# Accounts that opportunities name and no system describes: an export may have names and no list of accounts. #}
{{ config(meta={
    'key': 'account_id',
    'inputs': {'conformed_opportunity': 'account_id', 'conformed_account': 'account_id'},
}) }}
select
    opportunities.account_id,
    min(opportunities.company_id) as company_id,
    min(opportunities.known_at) as known_at
from {{ part(ref('conformed_opportunity')) }} as opportunities
left join {{ part(ref('conformed_account')) }} as accounts on opportunities.account_id = accounts.account_id
where opportunities.account_id is not null and accounts.account_id is null
group by opportunities.account_id
