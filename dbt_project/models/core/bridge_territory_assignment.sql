{# Who worked which territory, from when to when: spells as the source has them, gaps included. #}
select
    {{ generate_key(['territory_id', 'person_id', 'valid_from']) }} as territory_assignment_id,
    territory_id,
    person_id,
    company_id,
    valid_from,
    valid_to,
    role_name,
    valid_from <= {{ as_of_date() }} and {{ as_of_date() }} < coalesce(valid_to, {{ far_future() }}) as is_current
from {{ ref('conformed_territory_assignment') }}
