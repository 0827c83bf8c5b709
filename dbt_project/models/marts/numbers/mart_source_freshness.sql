{# What the pipeline has of each table of each source, and how fresh it is. #}
select
    source_system,
    table_name,
    row_count,
    raw_row_count,
    load_count,
    last_checked_at,
    last_loaded_at,
    latest_record_at
from {{ ref('fct_source_table') }}
