"""Bytes are compared once; after that the file system tells whether anybody wrote to a file."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from salesops_pipeline.publishing import verified
from salesops_pipeline.publishing.verified import altered, checksums, note_checksums

TEXT = b"what was audited"
AUDITED = hashlib.sha256(TEXT).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "candidate" / "table.parquet"
    path.parent.mkdir()
    path.write_bytes(TEXT)
    return path


def test_the_bytes_decide(tmp_path: Path, file: Path) -> None:
    assert checksums([file]) == {file: AUDITED}
    assert altered(tmp_path, {file: AUDITED}) == []
    assert altered(tmp_path, {file: "of other bytes"}) == [file]


def test_a_missing_file_is_altered(tmp_path: Path, file: Path) -> None:
    missing = file.with_name("missing.parquet")
    assert altered(tmp_path, {missing: AUDITED, file: AUDITED}) == [missing]


def test_they_are_compared_once_also_under_another_name(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_checksums(tmp_path, {file: AUDITED})
    monkeypatch.setattr(verified, "sha256_of", lambda path: pytest.fail(f"read {path}"))
    assert altered(tmp_path, {file: AUDITED}) == []
    file.parent.rename(tmp_path / "v0001")
    moved = tmp_path / "v0001" / file.name
    assert altered(tmp_path, {moved: AUDITED}) == []
    os.link(moved, tmp_path / "linked.parquet")
    assert altered(tmp_path, {moved: AUDITED, tmp_path / "linked.parquet": AUDITED}) == []


def test_a_file_that_was_written_to_is_compared_again(tmp_path: Path, file: Path) -> None:
    note_checksums(tmp_path, {file: AUDITED})
    file.write_bytes(b"what was AUDITED")
    os.utime(file, ns=(1, 1))  # two writes within one tick of the clock would look alike
    assert altered(tmp_path, {file: AUDITED}) == [file]
    assert altered(tmp_path, {file: AUDITED}) == [file]


def test_who_looks_closely_finds_what_the_file_system_does_not_tell(tmp_path: Path, file: Path) -> None:
    note_checksums(tmp_path, {file: AUDITED})
    before = file.stat()
    file.write_bytes(b"what was AUDITED")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert altered(tmp_path, {file: AUDITED}) == []
    assert altered(tmp_path, {file: AUDITED}, look_closely=True) == [file]


def test_files_that_are_gone_are_forgotten(tmp_path: Path, file: Path) -> None:
    note_checksums(tmp_path, {file: AUDITED})
    file.unlink()
    other = tmp_path / "other.parquet"
    other.write_bytes(TEXT)
    note_checksums(tmp_path, {other: AUDITED})
    notes = (tmp_path / ".verified.json").read_text(encoding="utf-8")
    assert notes.count(AUDITED) == 1
