"""What can be wrong with a mapping or with the files it names, as data; and how to say it helpfully."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from salesops_pipeline.errors import UserError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    reason: str
    severity: Literal["error", "warning"] = "error"
    file: str = ""
    """Relative to the mapping's folder; ``mapping.yml`` for a mistake in the mapping itself."""
    row: int | None = None
    """Line or row number in that file; None when the file as a whole is meant."""
    feed: str = ""
    entity: str = ""
    column: str = ""
    """Target column, or the path inside the mapping."""
    value: str | None = None
    """What stood there; None when withheld or not about one value."""

    @property
    def where(self) -> str:
        """Place in words: ``sales.csv row 17, column amount``, ``mapping.yml line 3, feeds[1].file``."""
        return place(self.file, self.row, self.column)

    def line(self) -> str:
        """The whole problem on one line: ``sales.csv row 17, column amount: '1.2.3' is not a number``."""
        said = self.reason if self.value is None else f"{self.value!r} {self.reason}"
        warning = "warning: " if self.severity == "warning" else ""
        return f"{warning}{self.where}: {said}" if self.where else f"{warning}{said}"


class MappingError(UserError):
    """A mapping cannot be used: it is malformed, or a file, sheet or column that it names is not there.

    Args:
        problems: Everything that was found, at least one problem.
        directory: The mapping's folder, for the message.
    """

    def __init__(self, problems: Sequence[Problem], *, directory: str) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(
            f"{first.reason}{more}",
            where=f"{directory}: {first.where}" if first.where else directory,
            fix=f"`salesops files check {directory}` lists every problem.",
        )


def place(file: str, row: int | None, column: str) -> str:
    """Where something is, in words. In a mapping, columns are paths of keys and rows are lines."""
    is_mapping = file.endswith(".yml")
    parts = [file] if file else []
    if row is not None:
        parts.append(f"{'line' if is_mapping else 'row'} {row}")
    column = f"column {column}" if column and not is_mapping else column
    return ", ".join(part for part in (" ".join(parts), column) if part)


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`` (did you mean 'x'?)`` for the closest choice, or an empty text when nothing is close."""
    by_folded = {choice.casefold(): choice for choice in choices}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f" (did you mean {by_folded[close[0]]!r}?)" if close else ""


def one_of(choices: Iterable[str]) -> str:
    """``one of a, b, c`` for messages."""
    return "one of " + ", ".join(choices)
