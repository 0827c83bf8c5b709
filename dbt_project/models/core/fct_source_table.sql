{#
    What the pipeline has of each table of each source, and how fresh it is. A load that brought rows was a check too: it
    counts where the extraction that made it left no note, because it failed later on or ran before notes were kept.
#}
select
    loaded.source_system,
    loaded.table_name,
    loaded.row_count,
    loaded.raw_row_count,
    loaded.load_count,
    case
        when checked.checked_at is null or checked.checked_at < loaded.last_loaded_at then loaded.last_loaded_at
        else checked.checked_at
    end as last_checked_at,
    loaded.last_loaded_at,
    loaded.latest_record_at
from {{ ref('conformed_source_table') }} as loaded
left join {{ ref('conformed_table_check') }} as checked
    on loaded.source_system = checked.source_system and loaded.table_name = checked.table_name
