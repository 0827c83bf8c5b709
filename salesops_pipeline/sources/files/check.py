"""Checking a folder with exports: everything that is wrong with it, as data, before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from salesops_pipeline.sources.files.convert import Conversion, convert_mapping
from salesops_pipeline.sources.files.keys import dangling_references
from salesops_pipeline.sources.files.mapping import Mapping
from salesops_pipeline.sources.files.mapping_file import read_mapping
from salesops_pipeline.sources.files.problem_groups import ProblemGroup, group_problems
from salesops_pipeline.sources.files.problems import MappingError, Problem
from salesops_pipeline.sources.files.quarantine import as_problems

_MOST_ROW_PROBLEMS = 10_000


@dataclass(frozen=True)
class FeedCheck:
    """How the rows of one feed fare."""

    name: str
    entity: str
    files: tuple[str, ...]
    read: int
    """Rows of the files."""
    good: int
    """Rows that will be loaded."""
    refused: int
    """Rows that will go to quarantine."""
    left_out: int
    """Rows that `where` leaves out."""
    repeated: int
    """Rows that `distinct` leaves out."""


@dataclass(frozen=True)
class CheckReport:
    """Everything that is wrong with a folder."""

    directory: Path
    source: str
    """Name of the mapping; empty if it cannot be read."""
    feeds: tuple[FeedCheck, ...]
    problems: tuple[Problem, ...]
    """What keeps rows from being loaded: mistakes in the mapping and missing files, then refused cells and rows."""
    groups: tuple[ProblemGroup, ...]
    """All refused cells and rows again, put together by column and reason."""
    warnings: tuple[Problem, ...]
    """Oddities that keep nothing from being loaded."""
    unlisted_problem_count: int
    """Refused cells and rows beyond the limit of the list."""
    can_load: bool
    """Whether a load would bring in the good rows: the mapping is sound, and all that it names is there."""

    @property
    def rows(self) -> int:
        """Rows that will be loaded."""
        return sum(feed.good for feed in self.feeds)

    @property
    def refused_rows(self) -> int:
        """Rows that will go to quarantine."""
        return sum(feed.refused for feed in self.feeds)


def check(directory: Path | str, *, limit: int = _MOST_ROW_PROBLEMS) -> CheckReport:
    """Read a folder's mapping and files, and say everything that is wrong. Nothing is written.

    Args:
        directory: The folder with the files and ``mapping.yml``.
        limit: How many refused cells and rows of each feed to list; all are counted.
    """
    folder = Path(directory)
    try:
        mapping = read_mapping(folder)
    except MappingError as error:
        return CheckReport(folder, "", (), error.problems, (), (), 0, can_load=False)
    conversion = convert_mapping(folder, mapping, company_id=mapping.company or "")
    return _report(folder, mapping, conversion, limit)


def _report(folder: Path, mapping: Mapping, conversion: Conversion, limit: int) -> CheckReport:
    refused = [problem for feed in conversion.feeds for problem in as_problems(feed.refused, limit=limit)]
    total = sum(feed.refused.num_rows for feed in conversion.feeds)
    references = dangling_references((feed.feed.name, feed.feed.entity, feed.rows) for feed in conversion.feeds)
    warnings = [*(warning for feed in conversion.feeds for warning in feed.warnings), *references]
    return CheckReport(
        directory=folder,
        source=mapping.source,
        feeds=tuple(
            FeedCheck(
                name=feed.feed.name,
                entity=feed.feed.entity,
                files=feed.files,
                read=feed.read_count,
                good=feed.rows.num_rows,
                refused=feed.refused_count,
                left_out=feed.left_out_count,
                repeated=feed.repeated_count,
            )
            for feed in conversion.feeds
        ),
        problems=(*conversion.problems, *refused),
        groups=tuple(group for feed in conversion.feeds for group in group_problems(feed.refused)),
        warnings=tuple(warnings),
        unlisted_problem_count=total - len(refused),
        can_load=not conversion.problems,
    )
