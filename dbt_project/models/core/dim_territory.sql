{# Sales territories as they are now. #}
select
    territory_id,
    company_id,
    name as territory_name,
    parent_territory_id,
    country,
    region_group
from {{ ref('conformed_territory') }}
