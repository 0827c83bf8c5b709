"""What differs between two published versions, table by table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from salesops_pipeline.publishing.versions import PublishedVersion


@dataclass(frozen=True)
class TableChange:
    """A table that is not the same in both versions. Rows are None on the side where it does not exist.

    ``totals`` holds the sums of reporting amounts that differ: column → (before, after), as exact decimal text.
    """

    table: str
    change: Literal["added", "removed", "changed"]
    rows_before: int | None
    rows_after: int | None
    totals: dict[str, tuple[str | None, str | None]]


def diff_versions(before: PublishedVersion, after: PublishedVersion) -> tuple[TableChange, ...]:
    """Tables whose content differs, by name. Equal checksums mean equal rows, so only the others are opened."""
    changes: list[TableChange] = []
    old, new = before.certificate.tables, after.certificate.tables
    for name in sorted({*old, *new}):
        was, now = old.get(name), new.get(name)
        if was is None or now is None:
            kind = "added" if was is None else "removed"
            changes.append(TableChange(name, kind, was.rows if was else None, now.rows if now else None, {}))
        elif was.sha256 != now.sha256:
            sums_before, sums_after = _totals(before, name), _totals(after, name)
            totals = {
                column: (sums_before.get(column), sums_after.get(column))
                for column in sorted({*sums_before, *sums_after})
                if sums_before.get(column) != sums_after.get(column)
            }
            changes.append(TableChange(name, "changed", was.rows, now.rows, totals))
    return tuple(changes)


def _totals(version: PublishedVersion, table: str) -> dict[str, str | None]:
    """Sums of the decimal columns whose name ends in ``amount``: money in the reporting currency."""
    import duckdb

    schema, name = table.split(".", 1)
    file = "'" + str(version.parquet_dir / schema / f"{name}.parquet").replace("'", "''") + "'"
    with duckdb.connect(":memory:") as connection:
        columns = [
            column
            for column, kind, *_ in connection.execute(f"describe select * from read_parquet({file})").fetchall()
            if column.endswith("amount") and kind.startswith("DECIMAL")
        ]
        if not columns:
            return {}
        sums = ", ".join(f'sum("{column}")' for column in columns)
        row = connection.execute(f"select {sums} from read_parquet({file})").fetchone() or ()
    return {column: None if total is None else str(total) for column, total in zip(columns, row, strict=True)}
