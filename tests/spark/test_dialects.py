"""Where the engines' SQL differs, the portable macros say one thing on both.

Each case is an expression, computed by DuckDB and by Spark in one query each, and its value worked out by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from salesops_pipeline.settings import load_settings
from tests.spark.engines import Engine

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]

_CENTS = "(select {{ %s }} from (values (cast(%s as decimal(18, 2))), (%s), (null)) as t(amount))"
_PLACES = " || ".join(f"max(case when place = {place} then coalesce(a, 'null') end)" for place in range(1, 5))
_RANKED = (
    f"(select {_PLACES} from (select a, row_number() over (order by k{{{{ then_by_content('t', %s) }}}}) as place"
    " from (values (1, cast(null as {{ dbt.type_string() }}), 'x', cast(null as {{ dbt.type_string() }})),"
    " (1, 'b', 'x', null), (1, 'B', 'x', null), (1, 'é', 'x', null)) as t(k, a, same, missing)) as ranked)"
)

CASES: dict[str, tuple[str, str | None]] = {
    # Decimal division: DuckDB gives a double, Spark a decimal with digits of its own choice.
    "a_third": ("{{ divide('cast(1 as decimal(18, 2))', 'cast(3 as decimal(18, 2))', 6, digits=2) }}", "0.333333"),
    "half_goes_away_from_zero": ("{{ divide('1', '8', 2) }}", "0.13"),
    "half_of_a_negative_too": ("{{ divide('-1', '8', 2) }}", "-0.13"),
    "two_negatives": ("{{ divide('-1', '-8', 2) }}", "0.13"),
    "by_zero": ("{{ divide('cast(1 as decimal(18, 2))', '0', 2, digits=2) }}", None),
    "beyond_64_bits": (
        "{{ divide('cast(9000000000000.05 as decimal(18, 2))', 'cast(3 as decimal(18, 2))', 4, digits=2) }}",
        "3000000000000.0167",
    ),
    # Multiplication keeps every digit until it is rounded once.
    "converted": ("{{ convert('cast(100.01 as decimal(18, 2))', 'cast(0.333333333 as decimal(18, 9))') }}", "33.34"),
    "converted_half_cent": ("{{ convert('cast(-0.05 as decimal(18, 2))', 'cast(0.5 as decimal(18, 9))') }}", "-0.03"),
    # Median and mean of decimals: the engines' own go through doubles, or drop the half.
    "median_of_two": (_CENTS % ("median('amount', 3)", "0.01", "0.02"), "0.015"),
    "median_half_cent": (_CENTS % ("median('amount', 2)", "0.01", "0.02"), "0.02"),
    "median_of_large": (
        _CENTS % ("median('amount', 2)", "9007199254740993.01", "9007199254740993.04"),
        "9007199254740993.03",
    ),
    "mean_half_cent": (_CENTS % ("mean('amount', 2)", "0.01", "0.02"), "0.02"),
    "median_of_nothing": (
        "(select {{ median('n', 2) }} from (values (cast(null as integer))) as t(n))",
        None,
    ),
    # Order: DuckDB puts nulls last, Spark first; texts go by their bytes, not by a language.
    "nulls_last_and_bytes": (_RANKED % "['a']", "Bbénull"),
    # Incremental builds rely on this: a column that a later file adds and these rows lack does not move them.
    "missing_column_moves_nothing": (_RANKED % "['missing', 'same', 'a']", "Bbénull"),
    "last_known": (
        "(select max(case when n = 3 then found end) || max(case when n = 4 then found end) from (select n,"
        " {{ last_known('v', 'k', 'n') }} as found"
        " from (values (1, 1, 'old'), (1, 2, 'new'), (1, 3, null), (1, 4, null)) as t(k, n, v)) as filled)",
        "newnew",
    ),
    # Days of the week: 0 or 1, Sunday or Monday first.
    "sunday": ("{{ day_of_week(\"date '2026-03-01'\") }}", "7"),
    "monday": ("{{ day_of_week(\"date '2026-03-02'\") }}", "1"),
    # Regular expressions: RE2 and Java, and Spark's own escapes in literals.
    "matches": ("{{ matches(\"'v1.20'\", '^v[0-9]\\\\.[0-9]{2}$') }}", "true"),
    "dot_is_literal": ("{{ matches(\"'v1x20'\", '^v[0-9]\\\\.[0-9]{2}$') }}", "false"),
    "extracts_group": ("{{ extract_match(\"'FY2027-Q3'\", 'FY([0-9]+)-Q([0-9])', 2) }}", "3"),
    "extracts_nothing": ("{{ extract_match(\"'2027'\", 'FY([0-9]+)', 1) }}", None),
    "replaces_all": ("{{ replace_matches(\"'a  b   c'\", ' +', '_') }}", "a_b_c"),
    "replaces_literally": ("{{ replace_matches(\"'a b'\", ' ', '$1') }}", "a$1b"),
    "matches_quote": ("{{ matches(\"'it''s'\", \"^it's$\") }}", "true"),
    # Time: what a day is depends on the zone; the warehouse is in UTC.
    "day_in_new_york": (
        "{{ local_date(\"timestamp '2026-03-09 03:30:00'\", \"'America/New_York'\") }}",
        "2026-03-08",
    ),
    "start_of_a_day_of_23_hours": (
        "{{ start_of_day(\"date '2026-03-08'\", \"'America/New_York'\") }}",
        "2026-03-08 05:00:00",
    ),
    "start_of_a_day_that_midnight_skips": (
        "{{ start_of_day(\"date '2026-03-29'\", \"'Asia/Beirut'\") }}",
        "2026-03-28 22:00:00",
    ),
    "load_id_to_timestamp": ("{{ epoch_to_timestamp(\"'1772800000.1'\") }}", "2026-03-06 12:26:40.1"),
    "end_of_month": ("{{ add_months(\"date '2026-01-31'\", 1) }}", "2026-02-28"),
    "days_back": ("{{ days_between(\"date '2026-03-01'\", \"date '2026-02-27'\") }}", "-2"),
    # JSON: nulls are left out, an object of nothing is null.
    "json": (
        "(select {{ json_object_of(['a', 'b']) }} from (values ('x \"y\"', cast(null as {{ dbt.type_string() }})))"
        " as t(a, b))",
        '{"a":"x \\"y\\""}',
    ),
    "json_of_nothing": (
        "(select {{ json_object_of(['a']) }} from (values (cast(null as {{ dbt.type_string() }}))) as t(a))",
        None,
    ),
    "json_field": ('{{ json_text("\'{\\"Region.Tier\\":\\"gold\\"}\'", \'Region.Tier\') }}', "gold"),
}


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """All cases on one engine. Spark runs in dbt's own process: what SQL means does not depend on a cluster."""
    root: Path = tmp_path_factory.mktemp(request.param)
    settings = load_settings(data_dir=root, engine=request.param, spark_master="local[1]")
    expressions = {name: expression for name, (expression, _) in CASES.items()}
    return Engine(settings, root).texts(expressions, "(values (1)) as one_row(n)")


@pytest.mark.parametrize("case", CASES)
def test_means_the_same_on_both_engines(found: dict[str, str | None], case: str) -> None:
    assert found[case] == CASES[case][1]
