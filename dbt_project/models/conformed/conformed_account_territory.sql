with salesforce as (
    select
        {{ conformed_id('salesforce', 'territory_id') }} as territory_id,
        {{ conformed_id('salesforce', 'object_id') }} as account_id,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ ref('stg_salesforce__account_territories') }}
    where object_type = 'Account' or object_id like '001%'
),

files as (
    select
        {{ file_id('territory_id') }} as territory_id,
        {{ file_id('account_id') }} as account_id,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__account_territories') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    resolved.territory_id,
    coalesce(survivors.surviving_account_id, resolved.account_id) as account_id,
    resolved.company_id,
    resolved.source_system,
    resolved.known_at
from {{ resolve_overlap('combined', 'territory_id, account_id', first='system') }} as resolved
left join {{ ref('int_account_survivor') }} as survivors on resolved.account_id = survivors.account_id
