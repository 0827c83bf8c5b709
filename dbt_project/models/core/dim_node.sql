{# Everything a number can be shown for: each company, team and person, with its name and what it belongs to today. #}
select
    'company' as node_type,
    company_id as node_id,
    company_id,
    company_name as node_name,
    null as parent_node_id
from {{ ref('dim_company') }}
union all
select
    'team' as node_type,
    team_id as node_id,
    company_id,
    team_name as node_name,
    coalesce(parent_team_id, company_id) as parent_node_id
from {{ ref('dim_team') }}
union all
select
    'person' as node_type,
    person_id as node_id,
    company_id,
    name as node_name,
    coalesce(team_id, company_id) as parent_node_id
from {{ ref('dim_person') }}
where is_current
