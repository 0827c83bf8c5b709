"""What every source system has in common: the result of one load."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TableLoad:
    """What one load brought for one table."""

    table: str
    rows: int
    """Rows written to the lake by this load, repeats inside the overlap window included."""
    requests: int = 0
    """Calls made to the source for this table."""
    method: str = ""
    """How the rows came: ``rest``, ``bulk``, ``files``, ``unchanged``."""
    cursor_from: str | None = None
    """Lower bound of the incremental read, as sent; None for a full read."""
    extra_columns: tuple[str, ...] = ()
    """Columns that the contract does not know; they are kept."""


@dataclass(frozen=True)
class SourceLoad:
    """What one load brought for one system. ``connected`` is False when nothing is configured for it."""

    system: str
    connected: bool = True
    tables: tuple[TableLoad, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> int:
        """Rows written over all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def requests(self) -> int:
        """Calls made over all tables."""
        return sum(table.requests for table in self.tables)
