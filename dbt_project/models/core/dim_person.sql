{#
    People through time: one row per person and spell in a team, under a manager, in a role. A person's first spell
    reaches back without limit and each lasts until the next begins, so that every event finds exactly one: nobody drops
    out of a sum because a spell was not recorded to the day.
#}
with assigned as (
    select distinct person_id
    from {{ ref('conformed_person_assignment') }}
),

spells as (
    select
        assignments.person_id,
        assignments.valid_from,
        assignments.team_id,
        assignments.manager_person_id,
        assignments.role_name,
        row_number() over (partition by assignments.person_id order by assignments.valid_from) as spell_number
    from {{ ref('conformed_person_assignment') }} as assignments
    inner join {{ ref('int_person') }} as persons on assignments.person_id = persons.person_id
    union all
    select
        persons.person_id,
        {{ far_past() }} as valid_from,
        persons.team_id,
        persons.manager_person_id,
        persons.role_name,
        1 as spell_number
    from {{ ref('int_person') }} as persons
    left join assigned on persons.person_id = assigned.person_id
    where assigned.person_id is null
),

intervals as (
    select
        person_id,
        team_id,
        manager_person_id,
        role_name,
        case when spell_number = 1 then {{ far_past() }} else valid_from end as valid_from,
        lead(valid_from) over (partition by person_id order by valid_from, spell_number) as valid_to
    from spells
)

select
    {{ generate_key(['persons.person_id', 'intervals.valid_from']) }} as person_version_id,
    persons.person_id,
    persons.company_id,
    intervals.valid_from,
    intervals.valid_to,
    intervals.valid_from <= context.as_of_date
    and context.as_of_date < coalesce(intervals.valid_to, {{ far_future() }}) as is_current,
    persons.name,
    persons.email,
    persons.title,
    coalesce(intervals.role_name, persons.role_name) as role_name,
    intervals.team_id,
    teams.team_name,
    intervals.manager_person_id,
    managers.name as manager_name,
    persons.hire_date,
    persons.leave_date,
    persons.is_active
    and coalesce(persons.hire_date, {{ far_past() }}) <= context.as_of_date
    and context.as_of_date < coalesce(persons.leave_date, {{ far_future() }}) as is_active,
    persons.is_inferred
from intervals
inner join {{ ref('int_person') }} as persons on intervals.person_id = persons.person_id
left join {{ ref('dim_team') }} as teams on intervals.team_id = teams.team_id
left join {{ ref('int_person') }} as managers on intervals.manager_person_id = managers.person_id
cross join {{ ref('run_context') }} as context
