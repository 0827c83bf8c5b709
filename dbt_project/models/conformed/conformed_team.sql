with salesforce as (
    select
        {{ conformed_id('salesforce', 'role_id') }} as team_id,
        role_name as name,
        {{ conformed_id('salesforce', 'parent_role_id') }} as parent_team_id,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ ref('stg_salesforce__user_roles') }}
),

files as (
    select
        {{ file_id('team_id') }} as team_id,
        name,
        {{ file_id('parent_team_id') }} as parent_team_id,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__teams') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    team_id,
    name,
    parent_team_id,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'team_id', first='system') }} as resolved
