"""Keys: rows of one entity that share a key, and references to keys that are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops_pipeline.contracts import Table
from salesops_pipeline.sources.files.entities import (
    entity_table,
    key_columns,
    referenced_entity,
    target_columns,
)
from salesops_pipeline.sources.files.problems import Problem

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_MOST_WARNINGS = 100
"""Per feed and kind: one wrong column makes as many warnings as there are rows."""


@dataclass(frozen=True)
class RepeatedKeys:
    """Rows whose key came before, in the same feed or an earlier one of the entity."""

    positions: pa.Array
    """Positions of these rows, ascending."""
    keys: pa.Array
    """Their keys as text."""
    reasons: pa.Array
    """Where each key came first, as a sentence."""
    contradictions: tuple[Problem, ...]
    """Rows of this feed that say something else than the first row with their key."""


class KeysSeen:
    """The keys of one entity over the feeds of one mapping, in the order of the feeds.

    Args:
        table: The entity's contract.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._keys = key_columns(table)
        self._seen: pa.Table | None = None

    def repeated(self, rows: pa.Table, *, feed: str) -> RepeatedKeys:
        """Find the rows whose key came before, and remember the others.

        Args:
            rows: Rows of one feed in the contract's columns; an empty key column is a value like any other.
            feed: Name of the feed, for messages.
        """
        import duckdb

        with duckdb.connect() as connection:
            connection.register("rows_of_feed", rows)
            if self._seen is not None:
                connection.register("rows_before", self._seen)
            keys = ", ".join(_quoted(key) for key in self._keys)
            contents = ", ".join(_quoted(column.name) for column in target_columns(self._table))
            connection.execute(
                f"""
                create temp table current as
                select {keys}, _file, _row, hash({contents}) as content, row_number() over () - 1 as position
                from rows_of_feed
                """
            )
            earlier = "rows_before" if self._seen is not None else f"(select {keys}, _file, _row from current limit 0)"
            same_key = " and ".join(f"n.{_quoted(key)} is not distinct from e.{_quoted(key)}" for key in self._keys)
            connection.execute(
                f"""
                create temp table numbered as
                select
                    n.*,
                    e._row is not null as is_elsewhere,
                    coalesce(e._file, n.file_in_feed) as first_file,
                    coalesce(e._row, n.row_in_feed) as first_row,
                from (
                    select
                        *,
                        row_number() over same_key as occurrence,
                        first_value(_file) over same_key as file_in_feed,
                        first_value(_row) over same_key as row_in_feed,
                        first_value(content) over same_key as content_in_feed,
                    from current
                    window same_key as (partition by {keys} order by position)
                ) as n
                left join {earlier} as e on {same_key}
                """
            )
            found = self._found(connection)
            contradictions = self._contradictions(connection, feed)
            fresh = connection.execute(
                f"select {keys}, _file, _row from numbered where occurrence = 1 and not is_elsewhere order by position"
            ).to_arrow_table()
        self._remember(fresh)
        return RepeatedKeys(
            found.column("position").combine_chunks(),
            found.column("key").combine_chunks(),
            found.column("reason").combine_chunks(),
            contradictions,
        )

    def _found(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        texts = ", ".join(f"coalesce(cast({_quoted(key)} as varchar), '')" for key in self._keys)
        return connection.execute(
            f"""
            select
                position,
                concat_ws(' / ', {texts}) as key,
                'has the same key as ' || first_file || ' row ' || first_row as reason,
            from numbered
            where occurrence > 1 or is_elsewhere
            order by position
            """
        ).to_arrow_table()

    def _contradictions(self, connection: duckdb.DuckDBPyConnection, feed: str) -> tuple[Problem, ...]:
        found = connection.execute(
            """
            select _file, _row, file_in_feed, row_in_feed
            from numbered
            where occurrence > 1 and content <> content_in_feed and not is_elsewhere
            order by position
            limit ?
            """,
            [_MOST_WARNINGS],
        ).fetchall()
        return tuple(
            Problem(
                f"has the same key as {first_file} row {first_row} but says something else; the first row counts",
                severity="warning",
                file=file,
                row=row,
                feed=feed,
                entity=self._table.name,
                column=", ".join(self._keys),
            )
            for file, row, first_file, first_row in found
        )

    def _remember(self, fresh: pa.Table) -> None:
        import pyarrow as pa

        self._seen = fresh if self._seen is None else pa.concat_tables([self._seen, fresh])


def dangling_references(feeds: Iterable[tuple[str, str, pa.Table]]) -> Iterator[Problem]:
    """References to keys of entities which the mapping fills, but not with that key.

    Args:
        feeds: Name, entity and good rows of each feed of a mapping.
    """
    import duckdb
    import pyarrow as pa

    by_entity: dict[str, list[pa.Table]] = {}
    all_feeds = list(feeds)
    for _, entity, rows in all_feeds:
        by_entity.setdefault(entity, []).append(rows)
    with duckdb.connect() as connection:
        for feed, entity, rows in all_feeds:
            table = entity_table(entity)
            connection.register("rows_of_feed", rows)
            for column in target_columns(table):
                target = referenced_entity(table, column.name)
                if target is None or target not in by_entity:
                    continue
                key = key_columns(entity_table(target))[0]
                connection.register("known", pa.concat_tables([part.select([key]) for part in by_entity[target]]))
                yield from _dangling(connection, feed, entity, column.name, target, key)


def _dangling(
    connection: duckdb.DuckDBPyConnection, feed: str, entity: str, column: str, target: str, key: str
) -> Iterator[Problem]:
    query = f"""
        select {_quoted(column)} as missing, count(*) as row_count, min_by(_file, position), min(_row)
        from (select *, row_number() over () as position from rows_of_feed)
        where missing is not null and missing not in (select {_quoted(key)} from known)
        group by missing
        order by missing
    """
    missing: Sequence[tuple[str, int, str, int]] = connection.execute(query).fetchall()
    for value, count, file, row in missing[:_MOST_WARNINGS]:
        yield Problem(
            f"no {target} has this key ({count} {'row' if count == 1 else 'rows'})",
            severity="warning",
            file=file,
            row=row,
            feed=feed,
            entity=entity,
            column=column,
            value=value,
        )
    if len(missing) > _MOST_WARNINGS:
        more = len(missing) - _MOST_WARNINGS
        yield Problem(
            f"no {target} has the keys of {more} more values",
            severity="warning",
            feed=feed,
            entity=entity,
            column=column,
        )


def _quoted(name: str) -> str:
    return f'"{name}"'
