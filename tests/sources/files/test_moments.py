from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from salesops_pipeline.sources.files.moments import check_date_format, parse_moment, to_date, to_utc

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("2026-03-31", ("iso",), dt.datetime(2026, 3, 31)),
        ("2022-05-30 00:00:00.000", ("iso",), dt.datetime(2022, 5, 30)),
        ("2026-03-31T13:45:01.1234567", ("iso",), dt.datetime(2026, 3, 31, 13, 45, 1, 123456)),
        ("2026-03-31T13:45Z", ("iso",), dt.datetime(2026, 3, 31, 13, 45, tzinfo=dt.UTC)),
        ("2026-03-31 13:45:00-0330", ("iso",), dt.datetime(2026, 3, 31, 17, 15, tzinfo=dt.UTC)),
        ("31.03.2026", ("%d.%m.%Y",), dt.datetime(2026, 3, 31)),
        ("03/31/2026 1:45 PM", ("iso", "%m/%d/%Y %I:%M %p"), dt.datetime(2026, 3, 31, 13, 45)),
        ("04/03/2026", ("%d/%m/%Y", "%m/%d/%Y"), dt.datetime(2026, 3, 4)),
        ("04/03/2026", ("%m/%d/%Y", "%d/%m/%Y"), dt.datetime(2026, 4, 3)),
        ("46112", ("excel",), dt.datetime(2026, 3, 31)),
        ("46112.5", ("excel",), dt.datetime(2026, 3, 31, 12)),
        ("61", ("excel",), dt.datetime(1900, 3, 1)),
        ("1774915200", ("unix",), dt.datetime(2026, 3, 31, tzinfo=dt.UTC)),
        ("1774915200001", ("unix_ms",), dt.datetime(2026, 3, 31, 0, 0, 0, 1000, tzinfo=dt.UTC)),
        ("31-Mar-26", ("%d-%b-%y",), dt.datetime(2026, 3, 31)),
    ],
)
def test_a_moment_is_read_by_the_first_format_that_fits(
    text: str, formats: tuple[str, ...], expected: dt.datetime
) -> None:
    assert parse_moment(text, formats) == expected


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("31.03.2026", ("iso",)),
        ("2026-02-30", ("iso",)),
        ("2026-3-1", ("iso",)),
        ("46112", ("iso",)),
        ("x", ("excel",)),
    ],
)
def test_what_no_format_fits_is_refused(text: str, formats: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="is not a date written like"):
        parse_moment(text, formats)


def test_an_implausible_year_is_refused() -> None:
    with pytest.raises(ValueError, match="implausible year 216"):
        parse_moment("0216-03-31", ("iso",))


def test_local_time_becomes_utc_with_the_offset_of_that_day() -> None:
    assert to_utc(dt.datetime(2026, 1, 15, 12), BERLIN) == dt.datetime(2026, 1, 15, 11, tzinfo=dt.UTC)
    assert to_utc(dt.datetime(2026, 7, 15, 12), BERLIN) == dt.datetime(2026, 7, 15, 10, tzinfo=dt.UTC)


def test_an_hour_that_clocks_show_twice_is_its_first_pass() -> None:
    assert to_utc(dt.datetime(2026, 10, 25, 2, 30), BERLIN) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def test_an_hour_that_clocks_skip_is_still_a_moment() -> None:
    assert to_utc(dt.datetime(2026, 3, 29, 2, 30), BERLIN) == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)


def test_a_moment_with_an_offset_falls_on_the_local_day() -> None:
    late = dt.datetime(2026, 3, 31, 23, 30, tzinfo=dt.UTC)
    assert to_date(late, BERLIN) == dt.date(2026, 4, 1)
    assert to_date(late.replace(tzinfo=None), BERLIN) == dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("DD.MM.YYYY", "did you mean '%d.%m.%Y'"),
        ("YYYY-MM-DD hh:mm:ss", "did you mean '%Y-%m-%d %H:%M:%S'"),
        ("european", "use one of iso, excel"),
    ],
)
def test_a_format_that_is_none_is_answered_with_one_that_is(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_date_format(text)
