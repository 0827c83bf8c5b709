{# The inputs of this build that change from run to run: data, so that a change does not parse the project again. #}
select as_of_date
from {{ read_parquet_files([lake_path('derived/run_context/run_context.parquet')]) }}
