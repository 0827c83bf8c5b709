{#
    Accounts as they are now, without those that were merged away. An account that is only mentioned is one too, named by
    its key.
#}
{{ config(meta={
    'key': 'account_id',
    'inputs': {
        'conformed_account': ['account_id', 'merged_into_account_id'],
        'int_mentioned_account': 'account_id',
        'int_account_parent': 'account_id',
    },
}) }}
with accounts as (
    select
        account_id,
        company_id,
        name as account_name,
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
    from {{ part(ref('conformed_account')) }}
    where merged_into_account_id is null
    union all
    select
        account_id,
        company_id,
        {{ native_id('account_id') }} as account_name,
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
    from {{ part(ref('int_mentioned_account')) }}
),

merged as (
    select
        merged_into_account_id as account_id,
        count(*) as merged_account_count
    from {{ part(ref('conformed_account')) }}
    where merged_into_account_id is not null
    group by merged_into_account_id
)

select
    accounts.account_id,
    accounts.company_id,
    accounts.account_name,
    parents.parent_account_id,
    coalesce(parents.ultimate_parent_account_id, accounts.account_id) as ultimate_parent_account_id,
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
left join {{ part(ref('int_account_parent')) }} as parents on accounts.account_id = parents.account_id
left join merged on accounts.account_id = merged.account_id
