"""How the command line speaks: consoles, marks, progress and the tables that more than one command shows."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.filesize import decimal
from rich.progress import Progress
from rich.table import Table

from salesops_pipeline.lake.compaction import Merge
from salesops_pipeline.settings import Settings

console = Console()
errors = Console(stderr=True)

MARKS = {
    "done": "[green]✓[/green]",
    "failed": "[red]✗[/red]",
    "check": "[yellow]![/yellow]",
    "retry": "[yellow]↻[/yellow]",
    "ok": "[green]✓[/green]",
    "note": "[blue]·[/blue]",
    "problem": "[red]✗[/red]",
}
"""What stands before a line, by kind of event or finding."""


@contextmanager
def only_our_words() -> Iterator[Console]:
    """A console on the real terminal, while what dbt and Dagster print goes to Dagster's step logs alone."""
    sys.stdout.flush()
    with os.fdopen(os.dup(1), "w") as terminal, Path(os.devnull).open("w") as nowhere:
        saved = os.dup(2)
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield Console(file=terminal)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(terminal.fileno(), 1)
            os.dup2(saved, 2)
            os.close(saved)


@contextmanager
def simulation_progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar for simulated days; yields what the simulation calls with days done and days in all."""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("simulating, day by day", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def loads_table(loads: tuple[tuple[str, dict[str, object]], ...]) -> Table:
    """What a run pulled: a line per raw table that brought rows or cost requests."""
    table = Table(title="What was pulled", title_justify="left")
    for name, justify in (
        ("table", "left"),
        ("method", "left"),
        ("rows", "right"),
        ("requests", "right"),
        ("from", "left"),
    ):
        table.add_column(name, justify="right" if justify == "right" else "left")
    for name, values in loads:
        if values.get("dagster/row_count") or values.get("requests"):
            table.add_row(
                name,
                str(values.get("method", "")),
                f"{values.get('dagster/row_count', 0):,}",
                str(values.get("requests", "")),
                str(values.get("cursor from", "")),
            )
    return table


def merges_table(merges: Sequence[Merge]) -> Table:
    """Raw files that were merged, or would be: a line per new file."""
    table = Table("table", title="Raw files that become one", title_justify="left")
    for name in ("files", "rows", "size", "size as one file"):
        table.add_column(name, justify="right")
    for merge in merges:
        table.add_row(
            f"{merge.system}.{merge.table}",
            f"{merge.files:,}",
            f"{merge.rows:,}",
            decimal(merge.size_before),
            "-" if merge.size_after is None else decimal(merge.size_after),
        )
    return table


def print_published(settings: Settings) -> None:
    """Say which version readers see, and where they find it."""
    from salesops_pipeline.publishing.versions import open_verified

    version = open_verified(settings)
    console.print(f"Published [bold]{version.version}[/bold], as of {version.certificate.as_of_date}:")
    console.print(f"  reports   {settings.reports_dir / 'index.html'}", soft_wrap=True)
    console.print(f"  BI tools  {settings.published_dir / 'current' / version.duckdb_path.name}", soft_wrap=True)
    console.print(f"            {settings.published_dir / 'current' / 'parquet'}", soft_wrap=True)
