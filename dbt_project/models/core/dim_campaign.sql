{# Marketing campaigns as they are now. #}
select
    campaign_id,
    company_id,
    name as campaign_name,
    campaign_type,
    status,
    start_date,
    end_date,
    budgeted_cost,
    actual_cost
from {{ ref('conformed_campaign') }}
