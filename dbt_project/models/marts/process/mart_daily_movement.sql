{#
    What happened on each day up to the as-of day, by kind of event: how many opportunities, and how much money. The amount
    is that of the opportunity after the event; for a change of amount it is the change. Owner and team are those of the
    event's day.
#}
{% set key = "event_date || '|' || company_id || '|' || node_type || '|' || node_id" %}
{{ config(meta={
    'key': key,
    'inputs': {
        'fct_opportunity_event': {
            'spread': 'rows_by_owning_node',
            'key': key,
            'near': {'column': 'event_date', 'of_key': "cast(split_part(touched_key, '|', 1) as date)"},
            'columns': [
                'company_id',
                'opportunity_id',
                'event_date',
                'event_type',
                'field_name',
                'old_amount',
                'new_amount',
                'owner_person_id',
                'owner_team_id',
            ],
        },
        'dim_node': {
            'via': 'this',
            'on': 'driving.node_type = changed.node_type and driving.node_id = changed.node_id',
            'columns': ['node_type', 'node_id', 'node_name'],
        },
    },
}) }}
with movements as (
    select
        company_id,
        owner_person_id,
        owner_team_id,
        event_date,
        event_type,
        opportunity_id,
        case
            when field_name = 'amount' then coalesce(new_amount, 0) - coalesce(old_amount, 0)
            else new_amount
        end as reporting_amount
    from {{ part(ref('fct_opportunity_event')) }}
),

by_day as (
    select
        company_id,
        node_type,
        node_id,
        event_date,
        event_type,
        count(distinct opportunity_id) as opportunity_count,
        sum(reporting_amount) as reporting_amount
    from {{ rows_by_owning_node('movements') }} as rows_of_nodes
    where {{ is_wanted(key) }}
    group by
        company_id,
        node_type,
        node_id,
        event_date,
        event_type
)

select
    by_day.company_id,
    by_day.node_type,
    by_day.node_id,
    nodes.node_name,
    by_day.event_date,
    by_day.event_type,
    by_day.opportunity_count,
    cast(coalesce(by_day.reporting_amount, 0) as decimal(18, 2)) as reporting_amount
from by_day
left join {{ ref('dim_node') }} as nodes on by_day.node_type = nodes.node_type and by_day.node_id = nodes.node_id
