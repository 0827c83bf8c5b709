{# What the files connector refused, as the newest load of each export has it. #}
select
    entity,
    column_name,
    value,
    reason,
    _file as file_name,
    _row as row_number_in_file,
    _feed as feed_name,
    _company_id as company_id,
    _source as source_system,
    known_at
from {{ ref('stg_files__quarantined_values') }}
