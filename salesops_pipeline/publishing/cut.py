"""Cutting a candidate from the warehouse, from what changed since the version before where that is known.

The folder is built under another name and renamed when it is whole: whatever is called ``candidate`` is complete.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline import fingerprints
from salesops_pipeline.errors import GateError
from salesops_pipeline.limits.duck import connect
from salesops_pipeline.limits.exhaustion import one_line_if_exhausted
from salesops_pipeline.publishing.build_record import BuildRecord, require_passed_build
from salesops_pipeline.publishing.candidate import (
    DUCKDB_NAME,
    MANIFEST_NAME,
    PARQUET_NAME,
    PUBLISHED_SCHEMAS,
    Candidate,
    Manifest,
    candidate_dir,
    lock_path,
    parquet_file,
    read_manifest,
)
from salesops_pipeline.publishing.certificate import TableContent
from salesops_pipeline.publishing.cut_tables import CutTable, cut_tables
from salesops_pipeline.publishing.files import locked, sync_directory, sync_file, write_atomically
from salesops_pipeline.publishing.following import Following, TrackedBuild, kept_rows, noted_since, plan, tracked_build
from salesops_pipeline.publishing.keys import stated_keys
from salesops_pipeline.publishing.verified import altered, checksums, note_checksums
from salesops_pipeline.publishing.versions import audited_files, open_verified
from salesops_pipeline.publishing.warehouse import CATALOG, warehouse_of
from salesops_pipeline.settings import Settings

if TYPE_CHECKING:
    import duckdb

_BUILDING = ".candidate.building"
_CUT_BY = ["cut.py", "cut_tables.py", "following.py", "row_order.py"]


def build_candidate(settings: Settings) -> Candidate:
    """Copy the schemas core and marts of the warehouse into a new candidate, replacing an older one.

    The same rows give the same Parquet bytes: every table is written in a total order (see `row_order`).

    Raises:
        GateError: The warehouse is not what a passed build left, is in use, or holds nothing to publish.
        ResourceError: Memory or disk ran out; what was written so far is removed.
    """
    with locked(lock_path(settings)), one_line_if_exhausted(settings):
        build = require_passed_build(settings)
        building = settings.published_dir / _BUILDING
        shutil.rmtree(building, ignore_errors=True)
        (building / PARQUET_NAME).mkdir(parents=True)
        try:
            cut = _cut(settings, building, build)
            manifest = _describe(building, build, cut, settings.lake.loads_of_catalog())
            write_atomically(building / MANIFEST_NAME, manifest.model_dump_json(indent=2))
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)  # it may be what filled the disk
            raise
        target = candidate_dir(settings)
        shutil.rmtree(target, ignore_errors=True)
        building.rename(target)
        sync_directory(settings.published_dir)
    return Candidate(target, manifest)


@dataclass(frozen=True)
class _Cut:
    """The tables of a candidate as they were cut, the build they were cut from, and the version they followed from."""

    tables: dict[str, CutTable]
    tracked: TrackedBuild | None
    base: Manifest | None


def _cut(settings: Settings, building: Path, build: BuildRecord) -> _Cut:
    warehouse = warehouse_of(settings)
    with connect(settings) as connection:
        warehouse.attach(connection)
        names = _tables(connection)
        if not names:
            raise GateError(
                "the warehouse holds no tables to publish", where=str(warehouse.path), fix="Run `salesops run`."
            )
        _require_same_day(connection, names, build)
        base = None if build.full_refresh else _base(settings)
        following = _following(connection, settings, base[1]) if base else {}
        if base is None or not following:
            return _Cut(cut_tables(connection, names, building), tracked_build(connection), None)
        cut = cut_tables(connection, names, building, base=base[0], following=following)
        return _Cut(cut, tracked_build(connection), base[1])


def _base(settings: Settings) -> tuple[Path, Manifest] | None:
    """The version that readers see, if a candidate can follow from it."""
    try:
        version = open_verified(settings)
        manifest = read_manifest(version.path)
    except GateError:
        return None
    if altered(settings.published_dir, audited_files(version.path, version.certificate)):
        return None  # a file that is taken over has to be the one that was audited
    is_as_now = manifest.cut_by == _cut_by() and manifest.tables == version.certificate.tables
    return (version.path, manifest) if is_as_now else None


def _following(connection: duckdb.DuckDBPyConnection, settings: Settings, base: Manifest) -> dict[str, Following]:
    """How tables follow from those of a version; none if the warehouse cannot tell."""
    build = base.tracked
    noted = None if build is None else noted_since(connection, build)
    if build is None or noted is None:
        return {}
    found = plan(
        noted,
        build=build,
        rows={name: content.rows for name, content in base.tables.items()},
        out_of_order=base.out_of_order,
        keys=stated_keys(settings.dbt_project_dir / "models"),
    )
    return {
        name: follows
        for name, follows in found.items()
        if follows.is_unchanged or kept_rows(connection, name, build) == noted[name].changed_rows
    }


def _cut_by() -> str:
    """By what candidates are cut: what another release may have cut otherwise is not followed."""
    return fingerprints.of_texts(
        (fingerprints.of_files(Path(__file__).parent, _CUT_BY), fingerprints.of_packages(["duckdb"]))
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Tables and views of the published schemas, by name; a view is published as the table it shows."""
    rows = connection.execute(
        """
        select table_schema || '.' || table_name from information_schema.tables
        where table_catalog = ? and table_schema in (select unnest(?))
        order by table_schema, table_name
        """,
        [CATALOG, list(PUBLISHED_SCHEMAS)],
    ).fetchall()
    return [name for (name,) in rows]


def _require_same_day(connection: duckdb.DuckDBPyConnection, names: list[str], build: BuildRecord) -> None:
    """Refuse marts that were built for another day than the record says, as a partial build would leave them."""
    if "marts.mart_run" not in names:
        return
    days = [day for (day,) in connection.execute(f"select as_of_date from {CATALOG}.marts.mart_run").fetchall()]
    if days != [build.as_of_date]:
        found = ", ".join(str(day) for day in days) or "no day"
        raise GateError(
            f"the marts are as of {found}, but the build was for {build.as_of_date}", fix="Run `salesops run` again."
        )


def _describe(building: Path, build: BuildRecord, cut: _Cut, raw_loads: dict[str, tuple[str, ...]]) -> Manifest:
    database = building / DUCKDB_NAME
    files = {name: parquet_file(building, name) for name in cut.tables}
    written = [database, *(files[name] for name, table in cut.tables.items() if not table.is_linked)]
    for file in written:
        sync_file(file)
        # Read-only for everybody: a BI tool that opens it for writing by mistake would lock the reports out.
        file.chmod(0o444)
    found = checksums(written)
    note_checksums(building.parent, found)
    return Manifest(
        as_of_date=build.as_of_date,
        built_at=dt.datetime.now(dt.UTC),
        build=build.id,
        dbt=build.dbt,
        tables={
            name: cut.base.tables[name]
            if table.is_linked and cut.base
            else TableContent(rows=table.rows, sha256=found[files[name]])
            for name, table in cut.tables.items()
        },
        duckdb_sha256=found[database],
        raw_loads=raw_loads,
        tracked=cut.tracked,
        cut_by=_cut_by(),
        out_of_order={name: table.out_of_order for name, table in cut.tables.items() if table.out_of_order},
    )
