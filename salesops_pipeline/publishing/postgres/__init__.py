"""The published version in PostgreSQL, for BI servers: the same tables, changed in one transaction.

Nothing is swapped. Every table keeps its identity, and one transaction removes and adds the rows in which the new
version differs from the one that is there. So a statement sees one version, a REPEATABLE READ transaction sees one over
all its statements, nobody waits for anybody, and what people hang on the tables (views, grants, indexes) stays.

``connection``  one connection, one line for every error
``shape``       columns, types, keys and descriptions of a table, and the statements that bring it about
``rows``        the rows in which two Parquet files of a table differ
``record``      what PostgreSQL itself remembers of what it holds
``mirror``      the transaction, and its order with the pointer to the files
``compare``     PostgreSQL against the Parquet files, row by row
"""

from salesops_pipeline.publishing.postgres.mirror import mirrored
from salesops_pipeline.publishing.postgres.record import recorded

__all__ = ["mirrored", "recorded"]
