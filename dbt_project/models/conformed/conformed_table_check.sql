{#
    When each table of each source was last read, as extraction noted it beside the lake: one file per system, there from
    the first build on.
#}
select
    system as source_system,
    table_name,
    {{ to_utc('checked_at') }} as checked_at
from {{ read_parquet_files([lake_path('derived/extraction/*.parquet')]) }}
