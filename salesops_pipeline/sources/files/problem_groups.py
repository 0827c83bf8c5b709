"""Refused cells and rows of the same kind put together: one wrong column makes as many problems as there are rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops_pipeline.sources.files.entities import entity_table
from salesops_pipeline.sources.files.problems import place

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_NAMED = 5
_VALUES_NAMED = 3


@dataclass(frozen=True)
class ProblemGroup:
    """Problems with the same column of the same file, for the same reason."""

    file: str
    feed: str
    entity: str
    column: str
    """Target column; empty when whole rows are meant."""
    reason: str
    count: int
    rows: tuple[int, ...]
    """The first few rows."""
    values: tuple[str, ...]
    """A few of the values; none where they are withheld."""

    def line(self) -> str:
        """The group on one line."""
        rows = ", ".join(map(str, self.rows)) + (", …" if self.count > len(self.rows) else "")
        noun = "row" if self.count == 1 else f"{self.count:,} rows"
        values = f", for example {', '.join(map(repr, self.values))}" if self.values else ""
        return f"{place(self.file, None, self.column)}: {self.reason} ({noun} {rows}{values})"


def group_problems(refused: pa.Table) -> tuple[ProblemGroup, ...]:
    """The problems of a quarantine table by kind, the largest group first."""
    import duckdb

    with duckdb.connect() as connection:
        connection.register("refused", refused)
        groups = connection.execute(
            r"""
            select
                _file,
                _feed,
                entity,
                column_name,
                regexp_replace(reason, ' as .* row \d+$', ' as an earlier row') as kind,
                count(*) as problem_count,
                list_sort(list(_row))[:$rows] as first_rows,
                list_sort(list(distinct value) filter (value is not null))[:$values] as some_values,
            from refused
            group by all
            order by problem_count desc, _file, column_name, kind
            """,
            {"rows": _ROWS_NAMED, "values": _VALUES_NAMED},
        ).fetchall()
    return tuple(
        ProblemGroup(
            file,
            feed,
            entity,
            column,
            kind,
            count,
            tuple(rows),
            () if _is_personal(entity, column) else tuple(values or ()),
        )
        for file, feed, entity, column, kind, count, rows, values in groups
    )


def _is_personal(entity: str, column: str) -> bool:
    described = entity_table(entity).column(column)
    return described is not None and described.pii
