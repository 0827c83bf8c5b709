{#
    Every team with itself and every team above it. Twenty levels are followed; a circle of parents (which no system
    should produce) yields each team once.
#}
with recursive teams as (
    select
        team_id,
        parent_team_id
    from {{ ref('conformed_team') }}
    union
    select
        team_id,
        null as parent_team_id
    from (
        select team_id from {{ ref('conformed_person') }}
        union
        select team_id from {{ ref('conformed_person_assignment') }}
        union
        select parent_team_id as team_id from {{ ref('conformed_team') }}
    ) as mentioned
    where
        team_id is not null
        and team_id not in (select known.team_id from {{ ref('conformed_team') }} as known)
),

climb as (
    select
        team_id,
        team_id as ancestor_team_id,
        0 as depth
    from teams
    union all
    select
        climb.team_id,
        teams.parent_team_id as ancestor_team_id,
        climb.depth + 1 as depth
    from climb
    inner join teams on climb.ancestor_team_id = teams.team_id
    where teams.parent_team_id is not null and climb.depth < 20
)

select
    team_id,
    ancestor_team_id,
    cast(min(depth) as integer) as depth
from climb
group by
    team_id,
    ancestor_team_id
