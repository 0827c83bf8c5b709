{#-
    The rows of a relation once per node they count for: the company, the person, and every team from the person's own up
    to the root. Adds node_type and node_id. Teams are those of the row, as they were when it happened.
-#}
{% macro rows_by_node(relation, person_column, team_column) -%}
(
    select
        'company' as node_type,
        company_id as node_id,
        facts.*
    from {{ relation }} as facts
    union all
    select
        'person' as node_type,
        {{ person_column }} as node_id,
        facts.*
    from {{ relation }} as facts
    where {{ person_column }} is not null
    union all
    select
        'team' as node_type,
        ancestors.ancestor_team_id as node_id,
        facts.*
    from {{ relation }} as facts
    inner join {{ ref('bridge_team_ancestor') }} as ancestors on facts.{{ team_column }} = ancestors.team_id
)
{%- endmacro %}


{#- The rows of a relation once per node that owns them. -#}
{% macro rows_by_owning_node(relation) -%}
    {{ return(rows_by_node(relation, 'owner_person_id', 'owner_team_id')) }}
{%- endmacro %}
