"""What a new candidate can take over from the version before: tables that did not change, and all rows but the changed.

The warehouse notes which rows of a model each build changed (``dbt_project/macros/tracking/tracking_tables.sql``). A
version remembers from which build it was cut, so what was noted since then is all by which the two differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from salesops_pipeline.publishing.warehouse import CATALOG

if TYPE_CHECKING:
    import duckdb

MAX_OUT_OF_ORDER = 0.1
"""The share of a table's rows that may lie behind the others; then it is put in order again."""


class TrackedBuild(BaseModel):
    """A build as the warehouse counts it. Number and time together tell it from one of another warehouse."""

    model_config = ConfigDict(frozen=True)

    number: int
    started_at: str


@dataclass(frozen=True)
class Noted:
    """What was noted of a model since a build.

    Args:
        is_rebuilt: Whether it was built as a whole, so that nobody knows what changed.
        changed_rows: How many rows were noted: a changed one as old and as new.
    """

    is_rebuilt: bool
    changed_rows: int


@dataclass(frozen=True)
class Following:
    """How a table follows from the one before.

    Args:
        key: The columns by which changed rows are found; none for a table that did not change.
        since: The build after which they were noted.
        out_of_order: Rows that lie behind the ordered ones when it has followed.
    """

    key: tuple[str, ...] = ()
    since: int = 0
    out_of_order: int = 0

    @property
    def is_unchanged(self) -> bool:
        """Whether it is the very table of the version before."""
        return not self.key


def tracked_build(connection: duckdb.DuckDBPyConnection) -> TrackedBuild | None:
    """The last build of the attached warehouse as it counts them; None if it does not."""
    if not _has(connection, "builds"):
        return None
    row = connection.execute(
        f"select build, started_at::varchar from {CATALOG}.tracking.builds order by build desc limit 1"
    ).fetchone()
    return None if row is None else TrackedBuild(number=row[0], started_at=row[1])


def noted_since(connection: duckdb.DuckDBPyConnection, build: TrackedBuild) -> dict[str, Noted] | None:
    """What the attached warehouse noted of its published models since one of its builds, by ``<schema>.<model>``.

    Models of which nothing was ever noted are not in it. None if it is not a build of this warehouse, or so old that
    notes since then are gone.
    """
    if not _has(connection, "builds"):
        return None
    is_known = connection.execute(
        f"select 1 from {CATALOG}.tracking.builds where build = ? and started_at::varchar = ?"
        f" and build >= (select min(build) from {CATALOG}.tracking.model_builds)",
        [build.number, build.started_at],
    ).fetchone()
    if is_known is None:
        return None
    rows = connection.execute(
        f"""
        select
            schema_name || '.' || model_name,
            coalesce(bool_or(mode = 'full') filter (build > $build), false),
            coalesce(sum(changed_rows) filter (build > $build and mode = 'changed'), 0)::bigint
        from {CATALOG}.tracking.model_builds
        group by 1
        """,
        {"build": build.number},
    ).fetchall()
    return {name: Noted(is_rebuilt, changed) for name, is_rebuilt, changed in rows}


def kept_rows(connection: duckdb.DuckDBPyConnection, name: str, build: TrackedBuild) -> int:
    """How many of the changed rows of a model that were noted since a build are still there."""
    (count,) = connection.execute(
        f"select count(*) from {changes_of(name)} where _build > ?", [build.number]
    ).fetchone() or (0,)
    return count


def changes_of(name: str) -> str:
    """The table with the changed rows of a model ``<schema>.<model>``."""
    return f'{CATALOG}.tracking."{name.replace(".", "__", 1)}"'


def plan(
    noted: Mapping[str, Noted],
    *,
    build: TrackedBuild,
    rows: Mapping[str, int],
    out_of_order: Mapping[str, int],
    keys: Mapping[str, tuple[str, ...]],
) -> dict[str, Following]:
    """How tables follow from those of the version before. Those that are not in the answer are to be written anew.

    Args:
        noted: What the warehouse noted since that version's build.
        build: That build.
        rows: Rows of the tables of that version; only these can be followed.
        out_of_order: How many of them lie behind the ordered ones.
        keys: Key columns per table.
    """
    followings = {}
    for name, count in rows.items():
        if (found := noted.get(name)) is None or found.is_rebuilt:
            continue
        behind = out_of_order.get(name, 0)
        if not found.changed_rows:
            followings[name] = Following(out_of_order=behind)
        elif name in keys and behind + found.changed_rows <= MAX_OUT_OF_ORDER * count:
            followings[name] = Following(keys[name], build.number, behind + found.changed_rows)
    return followings


def _has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where database_name = ? and schema_name = 'tracking' and table_name = ?",
        [CATALOG, table],
    ).fetchone()
    return found is not None
