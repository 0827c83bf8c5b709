{# What this version of the marts looks at. #}
select as_of_date
from {{ ref('run_context') }}
