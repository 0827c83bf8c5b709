{#
    For every account that was merged away the account at the end of its chain of merges. A chain that runs in a circle
    (which no system should produce) ends nowhere: those accounts count as not merged. Twenty links are followed.
#}
with recursive links as (
    select
        {{ conformed_id('salesforce', 'account_id') }} as account_id,
        {{ conformed_id('salesforce', 'surviving_account_id') }} as surviving_account_id
    from {{ ref('stg_salesforce__account_merges') }}
    union
    select
        {{ file_id('account_id') }} as account_id,
        {{ file_id('merged_into_account_id') }} as surviving_account_id
    from {{ ref('stg_files__accounts') }}
    where merged_into_account_id is not null and merged_into_account_id <> account_id
),

one_per_account as (
    select
        account_id,
        min(surviving_account_id) as surviving_account_id
    from links
    group by account_id
),

chain as (
    select
        account_id,
        surviving_account_id,
        1 as links
    from one_per_account
    union all
    select
        chain.account_id,
        later.surviving_account_id,
        chain.links + 1 as links
    from chain
    inner join one_per_account as later on chain.surviving_account_id = later.account_id
    where chain.links < 20
)

select
    chain.account_id,
    chain.surviving_account_id
from chain
left join one_per_account as later on chain.surviving_account_id = later.account_id
where later.account_id is null
