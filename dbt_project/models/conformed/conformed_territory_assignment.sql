with salesforce as (
    select
        {{ conformed_id('salesforce', 'territory_id') }} as territory_id,
        {{ conformed_id('salesforce', 'user_id') }} as person_id,
        {{ local_date('assigned_at', 'company.time_zone') }} as valid_from,
        {{ local_date('removed_at', 'company.time_zone') }} as valid_to,
        role_in_territory as role_name,
        company.company_id,
        'salesforce' as source_system,
        known_at,
        false as is_declared
    from {{ ref('stg_salesforce__user_territories') }}
    cross join {{ ref('int_default_company') }} as company
),

files as (
    select
        {{ file_id('territory_id') }} as territory_id,
        {{ file_id('person_id') }} as person_id,
        valid_from,
        valid_to,
        role_name,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__territory_assignments') }}
),

combined as (
    select * from salesforce
    union all
    select * from files
)

select
    territory_id,
    person_id,
    valid_from,
    valid_to,
    role_name,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'territory_id, person_id, valid_from', first='declared') }} as resolved
