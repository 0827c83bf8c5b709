{#
    Accounts that were merged away stay, with the account that survived: a chain of merges leads to its end. Salesforce's
    segment is a custom field (a variable of the project names it), or the account's type.
#}
{{ config(meta={
    'key': 'account_id',
    'inputs': {
        'stg_salesforce__accounts': {
            'column': 'account_id',
            'prefix': 'salesforce:',
        },
        'stg_salesforce__account_merges': {
            'column': 'account_id',
            'prefix': 'salesforce:',
        },
        'stg_files__accounts': "_key_source || ':' || account_id",
        'int_account_survivor': [
            {'via': 'this', 'column': 'account_id', 'matches': 'account_id'},
            {'via': 'this', 'column': 'parent_account_id', 'matches': ['account_id', 'surviving_account_id']},
        ],
    },
}) }}
with salesforce as (
    select
        {{ conformed_id('salesforce', 'account_id') }} as account_id,
        coalesce(account_name, account_id) as name,
        {{ conformed_id('salesforce', 'parent_account_id') }} as parent_account_id,
        {{ conformed_id('salesforce', 'owner_user_id') }} as owner_person_id,
        industry,
        coalesce(
            {{ json_text('custom_fields', var('salesforce_account_segment_field')) }}, account_type
        ) as segment,
        billing_country as country,
        billing_state as region,
        employee_count,
        annual_revenue,
        website,
        null as founded_year,
        created_at,
        null as merged_into_account_id,
        null as merged_at,
        custom_fields,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ part(ref('stg_salesforce__accounts')) }}
    union all
    select
        {{ conformed_id('salesforce', 'account_id') }} as account_id,
        coalesce(account_name, account_id) as name,
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
        {{ conformed_id('salesforce', 'surviving_account_id') }} as merged_into_account_id,
        merged_at,
        null as custom_fields,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ part(ref('stg_salesforce__account_merges')) }}
),

files as (
    select
        {{ file_id('account_id') }} as account_id,
        name,
        {{ file_id('parent_account_id') }} as parent_account_id,
        {{ file_id('owner_person_id') }} as owner_person_id,
        industry,
        segment,
        country,
        region,
        employee_count,
        annual_revenue,
        website,
        founded_year,
        created_at,
        {{ file_id('merged_into_account_id') }} as merged_into_account_id,
        null as merged_at,
        null as custom_fields,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__accounts')) }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    resolved.account_id,
    resolved.name,
    coalesce(survivors.surviving_account_id, resolved.parent_account_id) as parent_account_id,
    resolved.owner_person_id,
    resolved.industry,
    resolved.segment,
    resolved.country,
    resolved.region,
    resolved.employee_count,
    resolved.annual_revenue,
    resolved.website,
    resolved.founded_year,
    resolved.created_at,
    own_merge.surviving_account_id as merged_into_account_id,
    resolved.merged_at,
    resolved.custom_fields,
    resolved.company_id,
    resolved.source_system,
    resolved.known_at
from {{ resolve_overlap('combined', 'account_id', first='system') }} as resolved
left join {{ ref('int_account_survivor') }} as survivors on resolved.parent_account_id = survivors.account_id
left join {{ ref('int_account_survivor') }} as own_merge on resolved.account_id = own_merge.account_id
