"""Writing one load of one source system to the lake with dlt: locked, atomic, and safe to kill at any moment.

A load is one dlt package. Rows and the state that says how far the source was read travel in the same package, and dlt
writes the line that makes the package visible last (see `salesops_pipeline.lake`), so there are only two outcomes: the
rows are visible and the state has moved on, or neither. What a kill can leave behind, and what the next load does:

* while reading the source: the half-read package is thrown away, the source is read again from the old state;
* between reading and the last line: the package is complete on disk; it is finished first, then the source is read;
* while a file is being written: every file is written beside its place and renamed into it, so none is half there;
* a working folder that is lost or damaged: it is made anew, and the state comes back from the lake.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops_pipeline.errors import SourceError, UserError
from salesops_pipeline.lake.lock import only_one

if TYPE_CHECKING:
    import dlt
    import pyarrow as pa

    from salesops_pipeline.lake.storage import LakePath
    from salesops_pipeline.settings import Settings

_LAYOUT = "{table_name}/{load_id}.{file_id}.{ext}"


class LakeLoad:
    """One load in progress; made by `open_load`."""

    def __init__(self, pipeline: dlt.Pipeline, system: str) -> None:
        self._pipeline = pipeline
        self._system = system
        stored = pipeline.state.get("sources", {}).get(system, {})
        self._states: dict[str, dict[str, Any]] = copy.deepcopy(stored)

    def state(self, table: str) -> dict[str, Any]:
        """What the last completed load remembered about a table: a dictionary of JSON values, empty at first.

        Change it in place, at the latest while the rows are being read: it is kept if, and only if, the rows are.
        """
        return self._states.setdefault(table, {})

    def write(self, rows: Mapping[str, Iterable[pa.Table]], *, parallel: bool = False) -> dict[str, int]:
        """Append rows to raw tables and keep the state, all of it or nothing.

        Args:
            rows: Typed batches per raw table (see `typed_batches`), read lazily, one batch in memory at a time.
            parallel: Read the tables in a few threads instead of one after the other.

        Returns:
            Rows written per table; a table without rows gets no file.

        Raises:
            UserError: Whatever a reader raised, unchanged.
            SourceError: The load could not be written.
        """
        import dlt

        counts = dict.fromkeys(rows, 0)

        def read(table: str, batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
            for batch in batches:
                counts[table] += batch.num_rows
                if batch.num_rows:
                    yield batch
            # Only here, inside dlt's extraction, does the state become part of the package.
            dlt.current.source_state(self._system)[table] = copy.deepcopy(self.state(table))

        @dlt.source(name=self._system)
        def tables() -> list[Any]:
            return [
                dlt.resource(read(table, batches), name=table, write_disposition="append", parallelized=parallel)
                for table, batches in rows.items()
            ]

        try:
            self._pipeline.run(tables(), loader_file_format="parquet")
        except Exception as error:
            raise _cause(error, self._system) from error
        return counts


@contextmanager
def open_load(settings: Settings, system: str) -> Iterator[LakeLoad]:
    """Begin a load: take the system's lock, finish what an interrupted load left, and bring the state up to date.

    Args:
        settings: Where the lake and dlt's working folder are.
        system: Source system; names the dataset, the dlt source and the pipeline.

    Raises:
        SourceError: Another load of the same system is running, or the lake cannot be written.
    """
    working_dir = settings.data_dir / "dlt"
    with only_one(working_dir / f"{system}.lock", "another load of this system", system):
        settings.lake.completed_loads(system)  # a lake that cannot be reached is no reason to throw anything away
        try:
            pipeline = _ready_pipeline(settings.lake.raw_dir, working_dir, system)
        except Exception:
            # Nothing is lost with the folder: state and rows of completed loads are in the lake, and whatever had been
            # read but not completed is read again because the state in the lake is older than it.
            shutil.rmtree(working_dir / system, ignore_errors=True)
            try:
                pipeline = _ready_pipeline(settings.lake.raw_dir, working_dir, system)
            except Exception as error:
                raise _cause(error, system) from error
        try:
            yield LakeLoad(pipeline, system)
        finally:
            pipeline.deactivate()


def _ready_pipeline(raw_dir: LakePath, working_dir: Path, system: str) -> dlt.Pipeline:
    pipeline = _pipeline(raw_dir, working_dir, system)
    pipeline.sync_destination()
    while pipeline.has_pending_data:
        pipeline.run()
    # The package just finished may carry a newer state than the working folder: dlt saves its own copy last.
    pipeline.sync_destination()
    return pipeline


def _pipeline(raw_dir: LakePath, working_dir: Path, system: str) -> dlt.Pipeline:
    import dlt

    from salesops_pipeline.sources.lake_destination import lake_destination

    for key, value in {
        "normalize.parquet_normalizer.add_dlt_load_id": True,
        "load.delete_completed_jobs": True,
    }.items():
        dlt.config[key] = value
    return dlt.pipeline(
        pipeline_name=system,
        pipelines_dir=str(working_dir),
        destination=lake_destination(raw_dir, _LAYOUT),
        dataset_name=system,
    )


def _cause(error: BaseException, system: str) -> UserError:
    """The error a reader raised, out of dlt's wrapping; anything else as a source error."""
    innermost: BaseException = error
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, UserError):
            return seen
        innermost = seen
        seen = seen.__cause__ or seen.__context__
    return SourceError(f"the load failed: {type(innermost).__name__}: {innermost}", where=system)
