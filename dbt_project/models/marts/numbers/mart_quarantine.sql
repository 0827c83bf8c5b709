{# Rows of exports that were refused: where they stand and what is wrong. Personal data were withheld on loading. #}
select
    quarantine_id,
    company_id,
    source_system,
    feed_name,
    file_name,
    row_number_in_file,
    entity,
    column_name,
    value,
    reason,
    known_at
from {{ ref('fct_quarantine') }}
