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

repeated as (
    select
        opportunity_id,
        event_date,
        event_type
    from movements
    group by
        opportunity_id,
        event_date,
        event_type
    having count(*) > 1
),

singles as (
    select movements.*
    from movements
    left join repeated
        on
            movements.opportunity_id = repeated.opportunity_id
            and movements.event_date = repeated.event_date
            and movements.event_type = repeated.event_type
    where repeated.opportunity_id is null
),

repeats as (
    select movements.*
    from movements
    inner join repeated
        on
            movements.opportunity_id = repeated.opportunity_id
            and movements.event_date = repeated.event_date
            and movements.event_type = repeated.event_type
),

-- One row per opportunity, kind of event, day and node. Few events are repeated within a day: only those are put
-- together first, because counting distinct opportunities among all of them takes more memory than there is.
once as (
    select
        company_id,
        node_type,
        node_id,
        event_date,
        event_type,
        reporting_amount
    from {{ rows_by_owning_node('singles') }} as single_rows_of_nodes
    where {{ is_wanted(key) }}
    union all
    select
        company_id,
        node_type,
        node_id,
        event_date,
        event_type,
        sum(reporting_amount) as reporting_amount
    from {{ rows_by_owning_node('repeats') }} as repeated_rows_of_nodes
    where {{ is_wanted(key) }}
    group by
        company_id,
        node_type,
        node_id,
        event_date,
        event_type,
        opportunity_id
),

by_day as (
    select
        company_id,
        node_type,
        node_id,
        event_date,
        event_type,
        count(*) as opportunity_count,
        sum(reporting_amount) as reporting_amount
    from once
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
