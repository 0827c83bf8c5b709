{# What the source deleted must not come back through an older version, its history or its lines. #}
with deleted as (
    select opportunity_id
    from {{ ref('conformed_opportunity_deletion') }}
)

select
    'fct_opportunity' as model_name,
    opportunities.opportunity_id
from {{ ref('fct_opportunity') }} as opportunities
inner join deleted on opportunities.opportunity_id = deleted.opportunity_id
union all
select
    'fct_opportunity_event' as model_name,
    events.opportunity_id
from {{ ref('fct_opportunity_event') }} as events
inner join deleted on events.opportunity_id = deleted.opportunity_id
union all
select
    'fct_opportunity_line' as model_name,
    lines.opportunity_id
from {{ ref('fct_opportunity_line') }} as lines
inner join deleted on lines.opportunity_id = deleted.opportunity_id
union all
select
    'fct_activity' as model_name,
    activities.opportunity_id
from {{ ref('fct_activity') }} as activities
inner join deleted on activities.opportunity_id = deleted.opportunity_id
