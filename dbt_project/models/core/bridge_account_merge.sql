{# Which account was merged into which: the last link of the chain, so one step leads to the account that is left. #}
select
    account_id as merged_account_id,
    merged_into_account_id as account_id,
    company_id,
    name as merged_account_name,
    merged_at,
    known_at
from {{ ref('conformed_account') }}
where merged_into_account_id is not null
