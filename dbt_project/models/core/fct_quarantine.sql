{# Values that kept a row of an export out, with where they stand and why. #}
select
    {{ generate_key([
        'source_system', 'feed_name', 'entity', 'file_name', 'row_number_in_file', 'column_name', 'reason'
    ]) }} as quarantine_id,
    company_id,
    source_system,
    feed_name,
    file_name,
    cast(row_number_in_file as integer) as row_number_in_file,
    entity,
    column_name,
    min(value) as value,
    reason,
    min(known_at) as known_at
from {{ ref('conformed_quarantine') }}
group by
    company_id,
    source_system,
    feed_name,
    file_name,
    row_number_in_file,
    entity,
    column_name,
    reason
