{#
    Everybody who occurs: the people the systems describe, and those who are only mentioned, as owner or quota holder, for
    example where an export has names and no list of people. The latter are named by their key.
#}
with described as (
    select
        person_id,
        company_id,
        name,
        email,
        title,
        role_name,
        team_id,
        manager_person_id,
        is_active,
        hire_date,
        leave_date,
        false as is_inferred
    from {{ ref('conformed_person') }}
),

mentions as (
    select owner_person_id as person_id, company_id from {{ ref('conformed_opportunity') }}
    union
    select person_id, company_id from {{ ref('conformed_opportunity_split') }}
    union
    select person_id, company_id from {{ ref('conformed_quota') }}
    union
    select person_id, company_id from {{ ref('conformed_person_assignment') }}
    union
    select person_id, company_id from {{ ref('conformed_territory_assignment') }}
    union
    select manager_person_id as person_id, company_id from {{ ref('conformed_person') }}
    union
    select manager_person_id as person_id, company_id from {{ ref('conformed_person_assignment') }}
    union
    select new_value as person_id, company_id
    from {{ ref('conformed_opportunity_history') }}
    where field_name = 'owner_person_id'
    union
    select old_value as person_id, company_id
    from {{ ref('conformed_opportunity_history') }}
    where field_name = 'owner_person_id'
    union
    select owner_person_id as person_id, company_id from {{ ref('conformed_account') }}
    union
    select owner_person_id as person_id, company_id from {{ ref('conformed_activity') }}
    union
    select owner_person_id as person_id, company_id from {{ ref('conformed_lead') }}
),

inferred as (
    select
        mentions.person_id,
        min(mentions.company_id) as company_id,
        {{ native_id('mentions.person_id') }} as name,
        null as email,
        null as title,
        null as role_name,
        null as team_id,
        null as manager_person_id,
        true as is_active,
        null as hire_date,
        null as leave_date,
        true as is_inferred
    from mentions
    left join described on mentions.person_id = described.person_id
    where mentions.person_id is not null and described.person_id is null
    group by mentions.person_id
)

select * from described
union all
select * from inferred
