{#
    For every account below another one that account, and the one at the top of the hierarchy. An account in a circle of
    parents is its own top. Twenty levels are climbed.
#}
with recursive accounts as (
    select
        account_id,
        parent_account_id
    from {{ ref('conformed_account') }}
    where merged_into_account_id is null
    union all
    select
        account_id,
        null as parent_account_id
    from {{ ref('int_mentioned_account') }}
),

links as (
    select
        children.account_id,
        children.parent_account_id
    from accounts as children
    inner join accounts as parents on children.parent_account_id = parents.account_id
),

climb as (
    select
        account_id,
        parent_account_id as ancestor_account_id,
        1 as depth
    from links
    union all
    select
        climb.account_id,
        links.parent_account_id as ancestor_account_id,
        climb.depth + 1 as depth
    from climb
    inner join links on climb.ancestor_account_id = links.account_id
    where climb.depth < 20
),

tops as (
    select
        climb.account_id,
        climb.ancestor_account_id
    from climb
    left join links on climb.ancestor_account_id = links.account_id
    where links.account_id is null
)

select
    links.account_id,
    links.parent_account_id,
    coalesce(tops.ancestor_account_id, links.account_id) as ultimate_parent_account_id
from links
left join tops on links.account_id = tops.account_id
