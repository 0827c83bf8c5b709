"""The lake: append-only Parquet that every engine reads, on the local disk or in an S3 bucket.

* `layout`: where everything lies, which files a build may read, and what Python steps leave for dbt;
* `raw_files`: which rows of a raw table are visible, decided from a listing;
* `storage`: the few file operations that the lake needs, for both kinds of storage;
* `s3`, `duckdb_access`: how a bucket is reached, and how DuckDB reads from it;
* `compaction_plan`, `compaction`, `maintenance`: merging small raw files without changing any result.
"""

from salesops_pipeline.lake.layout import Lake
from salesops_pipeline.lake.raw_files import RawFile

__all__ = ["Lake", "RawFile"]
