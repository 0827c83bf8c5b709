"""Files, refusals, the start page."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import duckdb
import pytest

from salesops_pipeline.errors import GateError, UserError
from salesops_pipeline.publishing.versions import PublishedVersion
from salesops_pipeline.reporting import pages, parse_day, quarterly, write_daily_flash, write_index, write_quarterly
from salesops_pipeline.reporting.figures.query import connect, fetch
from salesops_pipeline.reporting.outputs import slug, unique_slugs, write_pair
from salesops_pipeline.settings import Settings, load_settings

from .conftest import publish
from .pages import read_page


@pytest.fixture
def copy(settings: Settings, version: PublishedVersion, tmp_path) -> Settings:
    """The published version in a data folder that a test may spoil."""
    shutil.copytree(settings.published_dir, tmp_path / "published", symlinks=True)
    return load_settings(data_dir=tmp_path)


def _spoil_certificate(settings: Settings, **changes: object) -> None:
    path = settings.published_dir / "versions" / "v0001" / "certificate.json"
    path.chmod(0o644)
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


ENTRY_POINTS = [write_daily_flash, write_quarterly, write_index]


@pytest.mark.parametrize("write", ENTRY_POINTS)
@pytest.mark.parametrize("status", ["failed", "error"])
def test_a_version_that_did_not_pass_is_refused(copy, write, status):
    _spoil_certificate(copy, status=status)
    with pytest.raises(GateError, match="did not pass"):
        write(copy)
    assert not copy.reports_dir.exists()


@pytest.mark.parametrize("write", ENTRY_POINTS)
def test_a_version_that_was_changed_afterwards_is_refused(copy, write):
    path = copy.published_dir / "versions" / "v0001" / "salesops.duckdb"
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update core.fct_opportunity set reporting_amount = reporting_amount + 1 where is_won")
    with pytest.raises(GateError, match="not the one that was audited"):
        write(copy)
    assert not copy.reports_dir.exists()


@pytest.mark.parametrize("write", ENTRY_POINTS)
def test_without_a_version_there_is_no_report(tmp_path, write):
    with pytest.raises(GateError, match="nothing has been published"):
        write(load_settings(data_dir=tmp_path))


def test_a_day_after_the_as_of_day_is_refused(settings):
    with pytest.raises(UserError, match="knows the data up to 2026-11-20"):
        write_daily_flash(settings, day=dt.date(2026, 11, 21))


def test_a_day_before_the_calendar_is_refused(settings):
    with pytest.raises(UserError, match="no company has data around 1999-01-01"):
        write_daily_flash(settings, day=dt.date(1999, 1, 1))


def test_an_unknown_quarter_is_refused_with_those_that_are_known(settings):
    with pytest.raises(UserError, match="FY2027-Q1 to FY2027-Q4"):
        write_quarterly(settings, quarter="FY1999-Q1")


def test_an_unknown_node_is_refused(settings):
    with pytest.raises(UserError, match="p:nobody"):
        write_quarterly(settings, nodes=["p:nobody"])


def test_some_nodes_can_be_chosen(settings):
    paths = write_quarterly(settings, nodes=["p:0", "t:uk"])
    assert [path.name for path in paths] == [
        "team-uk-ireland.html",
        "team-uk-ireland.xlsx",
        "person-ada-marsh.html",
        "person-ada-marsh.xlsx",
    ]


@pytest.mark.parametrize("quarter", ["FY2027-Q3", "fy2027-q3", "2026-10-31", "2026-08-01"])
def test_a_quarter_is_named_by_its_label_or_a_day_in_it(settings, quarter):
    paths = write_quarterly(settings, quarter=quarter, nodes=["acme"])
    assert {path.parent.name for path in paths} == {"FY2027-Q3"}


def test_progress_is_told(settings, monkeypatch):
    monkeypatch.setattr(quarterly, "TOLD", 5)
    told: list[str] = []
    paths = write_quarterly(settings, on_progress=told.append)
    assert len(paths) == 24
    assert [line.rpartition(": ")[2] for line in told] == [
        *(f"{done} of 11 reports" for done in (5, 10, 11)),
        "1 of 1 reports",
    ]


def test_several_processes_write_the_same(settings, monkeypatch):
    once = {path: path.read_bytes() for path in write_quarterly(settings)}
    for path in once:
        path.unlink()
    monkeypatch.setattr(pages, "WORTH_PROCESSES", 2)
    again = {path: path.read_bytes() for path in write_quarterly(settings.model_copy(update={"threads": 2}))}
    assert again == once


def test_a_run_leaves_out_persons_where_they_are_too_many(copy):
    told: list[str] = []
    paths = write_quarterly(copy, persons_up_to=3, on_left_out=told.append)
    stems = {path.stem.partition("-")[0] for path in paths}
    assert stems == {"company", "team"}
    assert len(told) == 1
    assert "reports of persons are left out" in told[0]
    every = write_quarterly(copy, persons_up_to=100)
    assert set(paths) < set(every)
    assert {path.stem.partition("-")[0] for path in every} == {"company", "team", "person"}


def test_who_is_interrupted_does_not_wait_for_the_other_pages(copy, monkeypatch):
    monkeypatch.setattr(pages, "WORTH_PROCESSES", 2)
    monkeypatch.setattr(pages, "_CHUNK", 1)

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(quarterly, "TOLD", 1)
    with pytest.raises(KeyboardInterrupt):
        write_quarterly(copy.model_copy(update={"threads": 2}), on_progress=interrupt)
    assert 0 < len(list(copy.reports_dir.rglob("*.html"))) < 11


def test_two_persons_of_one_name_have_a_report_each(settings):
    paths = {
        path.name
        for path in write_quarterly(settings)
        if path.name.startswith("person-fay-lund") and path.suffix == ".html"
    }
    assert len(paths) == 2


def test_the_start_page_lists_every_report_and_latest_leads_to_the_version(tmp_path):
    settings = publish(tmp_path / "data")
    assert "No data, because no report" in write_index(settings).read_text()
    written = [
        *write_quarterly(settings),
        *write_quarterly(settings, quarter="FY2027-Q2"),
        *write_daily_flash(settings),
    ]
    index = write_index(settings)
    hrefs = {attributes["href"] for tag, attributes in read_page(index).tags if tag == "a"} - {"#main"}
    assert hrefs == {path.relative_to(settings.reports_dir).as_posix() for path in written}
    text = index.read_text()
    assert text.index("FY2027-Q4") < text.index("FY2027-Q2")
    assert (settings.reports_dir / "latest").resolve() == (settings.reports_dir / "v0001").resolve()
    assert not list(settings.reports_dir.rglob(".*"))


def test_reports_of_a_version_that_is_no_longer_kept_go(copy):
    (copy.reports_dir / "v0000" / "somebody").mkdir(parents=True)
    (copy.reports_dir / "notes").mkdir()
    write_daily_flash(copy)
    write_index(copy)
    assert {path.name for path in copy.reports_dir.iterdir()} == {"index.html", "latest", "notes", "v0001"}


def test_files_are_replaced_whole(tmp_path, monkeypatch):
    stem = tmp_path / "report"
    write_pair(stem, "old", b"old")
    monkeypatch.setattr("pathlib.Path.replace", _killed)
    with pytest.raises(KeyboardInterrupt):
        write_pair(stem, "new", b"new")
    assert (tmp_path / "report.html").read_text() == "old"


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zoë Müller", "zoe-muller"),
        ("../../etc/passwd", "etc-passwd"),
        ("A & B  GmbH.", "a-b-gmbh"),
        ("x" * 200, "x" * 60),
    ],
)
def test_names_become_safe_file_names(name, expected):
    assert slug(name) == expected


def test_a_name_without_latin_letters_has_a_stable_file_name():
    assert slug("山田") == slug("山田")
    assert slug("山田") != slug("鈴木")
    assert slug("山田").isalnum()


def test_equal_names_are_told_apart_by_their_ids():
    assert unique_slugs([("1", "Fay"), ("2", "Max")]) == ["fay", "max"]
    first, second = unique_slugs([("1", "Fay"), ("2", "fay ")])
    assert first != second
    assert first.startswith("fay-")


def test_a_day_is_read_or_refused():
    assert parse_day("2026-11-20") == dt.date(2026, 11, 20)
    assert parse_day(None) is parse_day(" ") is None
    with pytest.raises(UserError, match="YYYY-MM-DD"):
        parse_day("20.11.2026")


def test_a_version_of_other_models_is_refused_in_one_line(settings: Settings, version: PublishedVersion):
    with (
        connect(version.duckdb_path) as connection,
        pytest.raises(UserError, match=r"built by other models.*salesops run"),
    ):
        fetch(connection, dict, "select a_column_of_tomorrow from marts.mart_win_rate")
