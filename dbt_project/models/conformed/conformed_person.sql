{#
    People from Salesforce and from files. A file may describe Salesforce's own people (`keys_of: salesforce`, for example
    a list from HR): then what the file states wins, and what it leaves open is Salesforce's.
#}
with salesforce as (
    select
        {{ conformed_id('salesforce', 'user_id') }} as person_id,
        coalesce(user_name, user_id) as name,
        email,
        title,
        title as role_name,
        {{ conformed_id('salesforce', 'role_id') }} as team_id,
        {{ conformed_id('salesforce', 'manager_user_id') }} as manager_person_id,
        is_active,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        known_at
    from {{ ref('stg_salesforce__users') }}
    where coalesce(user_type, 'Standard') not in ('AutomatedProcess', 'CloudIntegrationUser', 'Guest')
),

files as (
    select
        {{ file_id('person_id') }} as person_id,
        name,
        email,
        title,
        role_name,
        {{ file_id('team_id') }} as team_id,
        {{ file_id('manager_person_id') }} as manager_person_id,
        is_active,
        hire_date,
        leave_date,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__persons') }}
),

declared as (
    select *
    from {{ resolve_overlap('files', 'person_id', first='declared') }} as resolved
)

select
    coalesce(declared.person_id, salesforce.person_id) as person_id,
    coalesce(declared.name, salesforce.name) as name,
    coalesce(declared.email, salesforce.email) as email,
    coalesce(declared.title, salesforce.title) as title,
    coalesce(declared.role_name, salesforce.role_name) as role_name,
    coalesce(declared.team_id, salesforce.team_id) as team_id,
    coalesce(declared.manager_person_id, salesforce.manager_person_id) as manager_person_id,
    coalesce(declared.is_active, salesforce.is_active, true) as is_active,
    declared.hire_date,
    declared.leave_date,
    coalesce(salesforce.company_id, declared.company_id) as company_id,
    coalesce(salesforce.source_system, declared.source_system) as source_system,
    coalesce(salesforce.known_at, declared.known_at) as known_at
from salesforce
full outer join declared on salesforce.person_id = declared.person_id
