{#
    Who was in which team, when. A person with a declared history (a file, for example from HR) has that one alone; for
    the others it is what the loads have seen of the user record.
#}
with declared as (
    select
        {{ file_id('person_id') }} as person_id,
        valid_from,
        valid_to,
        {{ file_id('team_id') }} as team_id,
        {{ file_id('manager_person_id') }} as manager_person_id,
        role_name,
        _company_id as company_id,
        _source as source_system,
        known_at,
        true as is_declared
    from {{ ref('stg_files__person_assignments') }}
),

declared_people as (
    select distinct person_id
    from declared
),

seen as (
    select
        assignments.person_id,
        assignments.valid_from,
        assignments.valid_to,
        assignments.team_id,
        assignments.manager_person_id,
        assignments.role_name,
        {{ default_company_id() }} as company_id,
        'salesforce' as source_system,
        assignments.known_at,
        false as is_declared
    from {{ ref('int_salesforce_assignment') }} as assignments
    left join declared_people on assignments.person_id = declared_people.person_id
    where declared_people.person_id is null
),

combined as (
    select * from declared
    union all
    select * from seen
)

select
    person_id,
    valid_from,
    valid_to,
    team_id,
    manager_person_id,
    role_name,
    company_id,
    source_system,
    known_at
from {{ resolve_overlap('combined', 'person_id, valid_from', first='declared') }} as resolved
