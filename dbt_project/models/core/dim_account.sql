{#
    Accounts as they are now, without those that were merged away. An account that is only mentioned is one too, named by
    its key. The ultimate parent is the top of the hierarchy; a circle of parents leaves an account its own.
#}
with recursive accounts as (
    select
        account_id,
        company_id,
        name as account_name,
        parent_account_id,
        owner_person_id,
        industry,
        segment,
        country,
        region,
        employee_count,
        annual_revenue,
        website,
        founded_year,
        created_at,
        custom_fields,
        false as is_inferred,
        known_at
    from {{ ref('conformed_account') }}
    where merged_into_account_id is null
    union all
    select
        account_id,
        company_id,
        {{ native_id('account_id') }} as account_name,
        null as parent_account_id,
        null as owner_person_id,
        null as industry,
        null as segment,
        null as country,
        null as region,
        null as employee_count,
        null as annual_revenue,
        null as website,
        null as founded_year,
        null as created_at,
        null as custom_fields,
        true as is_inferred,
        known_at
    from {{ ref('int_mentioned_account') }}
),

climb as (
    select
        account_id,
        account_id as ancestor_account_id,
        0 as depth
    from accounts
    union all
    select
        climb.account_id,
        parents.account_id as ancestor_account_id,
        climb.depth + 1 as depth
    from climb
    inner join accounts as children on climb.ancestor_account_id = children.account_id
    inner join accounts as parents on children.parent_account_id = parents.account_id
    where climb.depth < 20
),

tops as (
    select
        climb.account_id,
        min(climb.ancestor_account_id) as ultimate_parent_account_id
    from climb
    inner join accounts as ancestors on climb.ancestor_account_id = ancestors.account_id
    left join accounts as parents on ancestors.parent_account_id = parents.account_id
    where parents.account_id is null
    group by climb.account_id
),

merged as (
    select
        merged_into_account_id as account_id,
        count(*) as merged_account_count
    from {{ ref('conformed_account') }}
    where merged_into_account_id is not null
    group by merged_into_account_id
)

select
    accounts.account_id,
    accounts.company_id,
    accounts.account_name,
    parents.account_id as parent_account_id,
    coalesce(tops.ultimate_parent_account_id, accounts.account_id) as ultimate_parent_account_id,
    accounts.owner_person_id,
    accounts.industry,
    accounts.segment,
    accounts.country,
    accounts.region,
    accounts.employee_count,
    accounts.annual_revenue,
    accounts.website,
    accounts.founded_year,
    accounts.created_at,
    coalesce(merged.merged_account_count, 0) as merged_account_count,
    accounts.custom_fields,
    accounts.is_inferred,
    accounts.known_at
from accounts
left join accounts as parents on accounts.parent_account_id = parents.account_id
left join tops on accounts.account_id = tops.account_id
left join merged on accounts.account_id = merged.account_id
