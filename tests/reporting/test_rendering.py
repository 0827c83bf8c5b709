"""Page and workbook: the same numbers, nothing from elsewhere, safe, accessible, the same every time."""

from __future__ import annotations

import datetime as dt
import re

import openpyxl
import pytest

from salesops_pipeline.reporting import write_daily_flash, write_quarterly
from salesops_pipeline.reporting.formats import compact_money
from salesops_pipeline.reporting.outputs import slug

from .pages import read_page, read_workbook


def test_every_number_of_the_page_is_in_the_workbook(pages):
    compared = 0
    for path in pages:
        page, book = read_page(path), read_workbook(path.with_suffix(".xlsx"))
        for name, rows in page.tables.items():
            sheet = book[name.replace("-", " ").capitalize()[:31]]
            assert rows, name
            *body, last = rows
            assert sheet[: len(body)] == _same(body), (path, name)
            assert sheet[len(body)] == _same([last])[0] or sheet[-1] == _same([last])[0], (path, name)
            compared += len(rows)
        for metric, values in page.tiles.items():
            figures = [row[3] for row in book["Summary"] if row[1] == metric and isinstance(row[3], float)]
            assert figures == pytest.approx(values), (path, metric)
            compared += len(values)
    assert compared > 2000


def _same(rows: list[list[object]]) -> list[list[object]]:
    """Rows of a page as a workbook has them: the dash of an empty cell is a blank, indentation is there."""
    return [
        [
            pytest.approx(value, rel=1e-11, abs=1e-9) if isinstance(value, float) else "" if value == "–" else value
            for value in row
        ]
        for row in rows
    ]


def test_totals_are_values_that_equal_the_sum_of_their_rows(reports):
    checked = 0
    for path in (path for path in reports if path.suffix == ".xlsx"):
        book = read_workbook(path)
        for name in ("Won deals", "Lost deals", "Credited deals", "Past due", "Wins"):
            amounts = [row[-1] for row in book.get(name, []) if isinstance(row[-1], float)]
            if amounts:
                assert amounts[-1] == pytest.approx(sum(amounts[:-1])), (path, name)
                checked += len(amounts) > 2
    assert checked > 20


def test_a_page_asks_nothing_of_anybody(pages):
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:https?:)?//[a-z0-9]", text), path
        assert not re.search(r"url\((?!#)", text), path
        tags = [tag for tag, _ in read_page(path).tags]
        assert not {"script", "link", "img", "iframe", "object", "embed"} & set(tags), path
        assert not any(name.startswith("on") for _, attributes in read_page(path).tags for name in attributes), path


def test_links_lead_somewhere(reports, pages):
    for path in pages:
        page = read_page(path)
        for tag, attributes in page.tags:
            href = attributes.get("href") or "" if tag == "a" else "#main"
            if href.startswith("#"):
                assert href[1:] in page.ids, (path, href)
            elif not href.endswith("index.html"):
                assert (path.parent / href).exists(), (path, href)


def test_names_are_text_and_never_markup_or_formulas(pages, reports):
    page = next(path for path in pages if path.name == "company.html" and "acme" in str(path) and "Q4" in str(path))
    text = page.read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "Dee &lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Acme &amp; Söhne &lt;GmbH&gt;" in text
    for path in reports:
        if path.suffix == ".xlsx":
            for sheet in openpyxl.load_workbook(path).worksheets:
                assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row), path


def test_a_page_can_be_read_without_eyes(pages):
    for path in pages:
        page = read_page(path)
        assert page.tags[0] == ("html", {"lang": "en"}), path
        tables = [attributes for tag, attributes in page.tags if tag == "table"]
        assert sum(tag == "caption" for tag, _ in page.tags) == len(tables), path
        assert all(attributes.get("scope") in ("col", "row") for tag, attributes in page.tags if tag == "th"), path
        for tag, attributes in page.tags:
            if tag == "svg":
                assert attributes["role"] == "img"
                assert all(name in page.ids for name in (attributes["aria-labelledby"] or "").split()), path
        assert len(page.ids) == len(set(page.ids)), path
        assert sum(tag == "h1" for tag, _ in page.tags) == 1, path


def test_charts_say_in_words_what_they_show(pages, connection):
    page = next(path for path in pages if path.name == "company.html" and "acme" in str(path) and "Q4" in str(path))
    descriptions = re.findall(r"<desc [^>]*>([^<]+)</desc>", page.read_text(encoding="utf-8"))
    assert any(
        re.match(r"Bookings of Acme .* reach €638,930 by 20 Nov 2026, against a quota of €1.16M", text)
        for text in descriptions
    )
    (amount,) = connection.execute(
        "select sum(reporting_amount) from core.fct_opportunity where is_open and stage_name = 'Proposal'"
    ).fetchone()
    assert any(f"Proposal {compact_money(amount, 'EUR')}" in text for text in descriptions)


def test_charts_fill_half_the_page_or_all_of_it_whatever_their_labels(pages):
    widths = [
        float(width)
        for path in pages
        for width in re.findall(r'viewBox="0 0 ([\d.]+) ', path.read_text(encoding="utf-8"))
    ]
    assert len(widths) > 20
    half, whole = 514, 1064
    for width in widths:
        assert min(abs(width / half - 1), abs(width / whole - 1)) < 0.08, width


def test_workbooks_have_native_charts_frozen_headings_and_filters(reports):
    path = next(path for path in reports if path.name == "company.xlsx" and "acme" in str(path) and "Q4" in str(path))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Summary"
    assert {"Certificate", "Sources", "Checks", "Definitions"} <= set(book.sheetnames)
    charts = {sheet.title: len(sheet._charts) for sheet in book.worksheets if sheet._charts}  # pyright: ignore[reportAttributeAccessIssue]
    assert charts == {"Bookings to date": 1, "Attainment bands": 1, "Last quarters": 2, "Pipeline by stage": 1}
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref, sheet.title
    closed = book["Won deals"]["D2"]
    assert isinstance(closed.value, dt.datetime)
    assert closed.number_format == "yyyy-mm-dd"
    assert book["People"]["E2"].number_format == "0.0%"


def test_the_same_version_gives_the_same_bytes(settings, reports):
    before = {path: path.read_bytes() for path in reports}
    again = [*write_quarterly(settings, quarter="FY2027-Q3"), *write_daily_flash(settings)]
    assert all(path.read_bytes() == before[path] for path in again)


def test_a_persons_report_names_nobody_else(pages):
    others = {"Ada Marsh", "Ben Ito", "Cy Vance", "Eli Roth", "Fay Lund"}
    mine = [path for path in pages if path.name.startswith("person-")]
    assert len(mine) == 14
    for path in mine:
        text = path.read_text(encoding="utf-8")
        named = {name for name in others if name in text}
        assert named <= {name for name in others if slug(name) in path.name}, path


def test_a_team_lists_its_members_as_they_were(pages):
    page = next(path for path in pages if path.name == "team-dach.html" and "Q4" in str(path))
    names = [row[0] for row in read_page(page).tables["people"][:-1]]
    assert set(names) == {"Ada Marsh", "Ben Ito", "Cy Vance", "Fay Lund"}
    assert "attainment-spread" not in read_page(page).tables
    assert "fewer than 5 persons with a quota" in page.read_text(encoding="utf-8")


def test_an_empty_company_says_why_there_is_nothing(pages):
    for path in (path for path in pages if "/idle/" in path.as_posix()):
        text = path.read_text(encoding="utf-8")
        assert "No data, because" in text, path
        assert "no closed opportunities" in text, path
        assert "no quota" in text, path
        assert "<svg" not in text, path
        assert not re.search(r"\bNone\b|\bnan\b|undefined", text), path


def test_each_report_carries_its_certificate(pages, version):
    certificate = version.certificate
    for path in pages:
        page = read_page(path)
        facts = {row[0]: row[1] for row in page.tables["certificate"]}
        assert facts["Version"] == "v0001"
        assert facts["Data as of"] == "20 Nov 2026"
        assert facts["Expectations (Great Expectations)"] == "2 of 3 met, in 2 suites"
        assert facts["Tests (dbt)"] == "120 passed, 1 warned, 0 failed"
        assert facts["SHA-256 of the DuckDB file"] == certificate.duckdb_sha256
        assert page.tables["warnings"][0][-1] == "Deals without an amount count nothing."
        assert page.tables["sources"][0][:3] == ["salesforce", "opportunity", 300.0]
        assert page.tables["sources"][0][3:5] == [
            dt.datetime(2026, 11, 20, 6, 2),
            dt.datetime(2026, 11, 19, 6, 1),
        ]
        if "/acme/" in path.as_posix():
            assert [row[2:] for row in page.tables["refused"]] == [
                ["amount", "not a number: 12,x", 2.0],
                ["whole row", "the person is missing", 1.0],
                ["", "", 3.0],
            ]
        else:
            assert "no row of an export was refused" in path.read_text(encoding="utf-8")
        assert {str(name): rows for name, rows in page.tables["published-tables"]} == {
            name: content.rows for name, content in certificate.tables.items()
        }
