"""Writing the quarterly pages and workbooks of many nodes, in several processes where there are many.

Drawing a chart takes fifty milliseconds of one processor, which is nothing for a company of sixty sellers and half an
hour for one of sixty thousand.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from salesops_pipeline.errors import ResourceError
from salesops_pipeline.reporting.outputs import INDEX, Folder, write_pair

if TYPE_CHECKING:
    from salesops_pipeline.publishing.versions import PublishedVersion
    from salesops_pipeline.reporting.figures.company import Node
    from salesops_pipeline.reporting.figures.quarter import CompanyQuarter

WORTH_PROCESSES = 300
"""So many pages take longer than starting processes and giving them the figures."""

_CHUNK = 10


@dataclass(frozen=True)
class Pages:
    """What the pages of one company and quarter are written from.

    Args:
        published: The version.
        whole: The company's quarter.
        names: File name of each node, without suffix.
        folder: Where they go.
    """

    published: PublishedVersion
    whole: CompanyQuarter
    names: dict[Node, str]
    folder: Folder

    def write(self, node: Node) -> list[Path]:
        """Write page and workbook of a node."""
        from salesops_pipeline.reporting.html import render_report
        from salesops_pipeline.reporting.quarterly_report import quarterly_report
        from salesops_pipeline.reporting.workbook import render_workbook

        report = quarterly_report(
            self.published,
            self.whole,
            node,
            href=lambda other: f"{self.names[other]}.html",
            index=f"../../../../{INDEX}",
        )
        stem = self.folder.quarterly(self.whole.quarter.label, self.names[node])
        return write_pair(stem, render_report(report), render_workbook(report))


def write_pages(pages: Pages, nodes: Sequence[Node], *, processes: int) -> Generator[list[Path]]:
    """Write pages and workbooks; gives the files of each node, in the order of the nodes. Close it to stop early.

    Args:
        pages: What they are written from.
        nodes: Whose.
        processes: How many may work at once.

    Raises:
        ResourceError: A process was killed, as the system does when memory runs out.
    """
    if processes == 1 or len(nodes) < WORTH_PROCESSES:
        yield from map(pages.write, nodes)
        return
    # Started anew and not forked: this process has threads, of DuckDB and Dagster, that a copy of it would lack.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_receive, initargs=(pages,)) as pool:
        try:
            yield from pool.map(_write, nodes, chunksize=_CHUNK)
        except BrokenProcessPool:
            raise ResourceError(
                "a process that wrote reports was killed",
                where="quarterly reports",
                fix="If memory ran out, lower SALESOPS_THREADS: each process holds the figures of the quarter.",
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)  # who is interrupted does not wait for thousands of pages


_received: Pages


def _receive(pages: Pages) -> None:
    global _received  # what a worker process works on, sent once
    _received = pages


def _write(node: Node) -> list[Path]:
    return _received.write(node)
