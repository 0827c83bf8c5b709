{#
    Dated history of Salesforce users from the versions that the loads have seen: one row per spell with the same team,
    manager and title. The first spell reaches back to the user's creation, since nothing earlier is known.
#}
with versions as (
    select
        versions.user_id,
        versions.role_id,
        versions.manager_user_id,
        versions.title,
        versions.known_at,
        {{ local_date('versions.system_modified_at', 'company.time_zone') }} as modified_date,
        {{ local_date('versions.created_at', 'company.time_zone') }} as created_date,
        row_number() over (
            partition by
                versions.user_id,
                {{ local_date('versions.system_modified_at', 'company.time_zone') }}
            order by versions.system_modified_at desc
        ) as rank_in_day
    from {{ ref('stg_salesforce__user_versions') }} as versions
    cross join {{ ref('int_default_company') }} as company
),

days as (
    select
        user_id,
        role_id,
        manager_user_id,
        title,
        known_at,
        modified_date,
        created_date,
        row_number() over (partition by user_id order by modified_date) as version_number,
        lag(role_id) over (partition by user_id order by modified_date) as previous_role_id,
        lag(manager_user_id) over (partition by user_id order by modified_date) as previous_manager_user_id,
        lag(title) over (partition by user_id order by modified_date) as previous_title
    from versions
    where rank_in_day = 1
),

spells as (
    select
        user_id,
        role_id,
        manager_user_id,
        title,
        known_at,
        case
            when version_number = 1 then coalesce(created_date, modified_date)
            else modified_date
        end as valid_from
    from days
    where
        version_number = 1
        or role_id is distinct from previous_role_id
        or manager_user_id is distinct from previous_manager_user_id
        or title is distinct from previous_title
)

select
    {{ conformed_id('salesforce', 'user_id') }} as person_id,
    valid_from,
    lead(valid_from) over (partition by user_id order by valid_from) as valid_to,
    {{ conformed_id('salesforce', 'role_id') }} as team_id,
    {{ conformed_id('salesforce', 'manager_user_id') }} as manager_person_id,
    title as role_name,
    known_at
from spells
