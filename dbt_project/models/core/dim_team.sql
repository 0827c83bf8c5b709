{#
    Teams as they are now. A team that only occurs as somebody's team is one too, named by its key. Depth is 0 for a team
    without a parent.
#}
with named as (
    select
        team_id,
        company_id,
        name as team_name,
        parent_team_id,
        false as is_inferred
    from {{ ref('conformed_team') }}
),

mentioned as (
    select team_id, company_id from {{ ref('conformed_person') }}
    union
    select team_id, company_id from {{ ref('conformed_person_assignment') }}
    union
    select parent_team_id as team_id, company_id from {{ ref('conformed_team') }}
),

inferred as (
    select
        mentioned.team_id,
        min(mentioned.company_id) as company_id,
        {{ native_id('mentioned.team_id') }} as team_name,
        null as parent_team_id,
        true as is_inferred
    from mentioned
    left join named on mentioned.team_id = named.team_id
    where mentioned.team_id is not null and named.team_id is null
    group by mentioned.team_id
),

teams as (
    select * from named
    union all
    select * from inferred
),

depths as (
    select
        team_id,
        cast(count(*) - 1 as integer) as depth
    from {{ ref('bridge_team_ancestor') }}
    group by team_id
)

select
    teams.team_id,
    teams.company_id,
    teams.team_name,
    teams.parent_team_id,
    coalesce(depths.depth, 0) as depth,
    teams.is_inferred
from teams
left join depths on teams.team_id = depths.team_id
