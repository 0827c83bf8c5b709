{{ config(meta={
    'key': 'contact_id',
    'inputs': {
        'stg_salesforce__contacts': {
            'column': 'contact_id',
            'prefix': 'salesforce:',
        },
        'stg_files__contacts': "_key_source || ':' || contact_id",
        'int_account_survivor': {
            'via': 'this',
            'column': 'account_id',
            'matches': ['account_id', 'surviving_account_id'],
        },
    },
}) }}
with salesforce as (
    select
        {{ conformed_id('salesforce', 'contact_id') }} as contact_id,
        {{ conformed_id('salesforce', 'account_id') }} as account_id,
        contact_name as name,
        email,
        title,
        {{ conformed_id('salesforce', 'owner_user_id') }} as owner_person_id,
        created_at,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ part(ref('stg_salesforce__contacts')) }}
),

files as (
    select
        {{ file_id('contact_id') }} as contact_id,
        {{ file_id('account_id') }} as account_id,
        name,
        email,
        title,
        {{ file_id('owner_person_id') }} as owner_person_id,
        created_at,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ part(ref('stg_files__contacts')) }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    resolved.contact_id,
    coalesce(survivors.surviving_account_id, resolved.account_id) as account_id,
    resolved.name,
    resolved.email,
    resolved.title,
    resolved.owner_person_id,
    resolved.created_at,
    resolved.company_id,
    resolved.source_system,
    resolved.known_at
from {{ resolve_overlap('combined', 'contact_id', first='system') }} as resolved
left join {{ ref('int_account_survivor') }} as survivors on resolved.account_id = survivors.account_id
