"""An export folder that a test fills."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from salesops_pipeline.sources.files.check import CheckReport, check
from salesops_pipeline.sources.files.convert import Conversion, convert_mapping
from salesops_pipeline.sources.files.mapping_file import read_mapping


@dataclass(frozen=True)
class ExportFolder:
    """A folder with exports."""

    path: Path

    def write(self, name: str, text: str, *, encoding: str = "utf-8") -> Path:
        """Write a text file exactly as given, but without the indentation of the test."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(textwrap.dedent(text).lstrip("\n").encode(encoding))
        return target

    def map(self, text: str) -> None:
        """Write the mapping."""
        self.write("mapping.yml", text)

    def check(self) -> CheckReport:
        """Check the folder."""
        return check(self.path)

    def convert(self) -> Conversion:
        """Apply the mapping; rows of company ``acme``."""
        return convert_mapping(self.path, read_mapping(self.path), company_id="acme")

    def rows(self, feed: int = 0) -> list[dict[str, object]]:
        """Good rows of one feed."""
        conversion = self.convert()
        assert conversion.problems == ()
        return conversion.feeds[feed].rows.to_pylist()


@pytest.fixture
def folder(tmp_path: Path) -> ExportFolder:
    """An empty export folder."""
    path = tmp_path / "exports"
    path.mkdir()
    return ExportFolder(path)
