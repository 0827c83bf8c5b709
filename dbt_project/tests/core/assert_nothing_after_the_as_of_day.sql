{# A version shows what had happened by the end of its day. Fails with what lies after it. #}
select
    'fct_opportunity_event' as model_name,
    events.event_id as record_id
from {{ ref('fct_opportunity_event') }} as events
inner join {{ ref('int_company_clock') }} as clock on events.company_id = clock.company_id
where events.event_date > clock.as_of_date
union all
select
    'fct_activity' as model_name,
    activities.activity_id as record_id
from {{ ref('fct_activity') }} as activities
inner join {{ ref('int_company_clock') }} as clock on activities.company_id = clock.company_id
where activities.activity_date > clock.as_of_date
union all
select
    'fct_opportunity' as model_name,
    opportunities.opportunity_id as record_id
from {{ ref('fct_opportunity') }} as opportunities
inner join {{ ref('int_company_clock') }} as clock on opportunities.company_id = clock.company_id
where opportunities.created_date > clock.as_of_date
