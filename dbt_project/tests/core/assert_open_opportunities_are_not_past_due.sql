{# Open opportunities whose close date has passed: sellers leave them, so they warn, they do not stop. #}
{{ config(severity='warn') }}

select
    opportunities.opportunity_id,
    opportunities.close_date
from {{ ref('fct_opportunity') }} as opportunities
inner join {{ ref('int_company_clock') }} as clock on opportunities.company_id = clock.company_id
where opportunities.is_open and opportunities.close_date < clock.as_of_date
