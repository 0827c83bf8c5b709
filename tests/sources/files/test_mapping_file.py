from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from salesops_pipeline.sources.files.mapping_file import parse_mapping, read_mapping
from salesops_pipeline.sources.files.problems import MappingError

GOOD = """
    source: acme
    feeds:
      - entity: team
        file: teams.csv
        columns: {team_id: Id, name: Name}
"""


def problems_of(text: str) -> list[tuple[int | None, str, str]]:
    mapping, problems = parse_mapping(textwrap.dedent(text).lstrip("\n"))
    assert mapping is None
    return [(problem.row, problem.column, problem.reason) for problem in problems]


def test_a_feed_is_named_after_its_entity_unless_it_has_a_name() -> None:
    mapping, problems = parse_mapping(textwrap.dedent(GOOD))
    assert problems == []
    assert mapping is not None
    assert mapping.feeds[0].name == "team"
    assert mapping.key_source == "acme"


@pytest.mark.parametrize(
    ("text", "line", "place", "reason"),
    [
        (GOOD.replace("source: acme", "source: acme\n    compny: x"), 2, "compny", "did you mean 'company'"),
        (GOOD.replace("source: acme", "source: Acme Inc"), 1, "source", "lower-case letters"),
        (GOOD.replace("source: acme", "source: salesforce"), 1, "source", "name of a system"),
        (GOOD.replace("entity: team", "entity: taem"), 3, "feeds[1].entity", "did you mean 'team'"),
        (GOOD.replace("entity: team", "entity: Team"), 3, "feeds[1].entity", "did you mean 'team'"),
        (GOOD.replace("name: Name", "nam: Name"), 5, "feeds[1].columns.nam", "did you mean 'name'"),
        (GOOD.replace(", name: Name", ""), 5, "feeds[1].columns", "team needs name"),
        (GOOD.replace("file: teams.csv", "file: ../teams.csv"), 4, "feeds[1].file", "inside the mapping's folder"),
        (GOOD.replace("file: teams.csv", "file: t.csv\n        seperator: x"), 5, "feeds[1].seperator", "'separator'"),
        (
            GOOD.replace("file: teams.csv", "file: t.csv\n        encoding: utf8x"),
            5,
            "feeds[1].encoding",
            "no encoding",
        ),
        (
            GOOD.replace("file: teams.csv", "file: t.csv\n        header: maybe"),
            5,
            "feeds[1].header",
            "neither true nor",
        ),
        (GOOD.replace("file: teams.csv", "file: t.csv\n        skip_rows: x"), 5, "feeds[1].skip_rows", "whole number"),
        (
            GOOD.replace("file: teams.csv", "file: t.csv\n        take: first"),
            5,
            "feeds[1].take",
            "use 'all' or 'last'",
        ),
        (
            GOOD.replace("file: teams.csv", "file: t.csv\n        time_zone: CET+1"),
            5,
            "feeds[1].time_zone",
            "no time zone",
        ),
        (GOOD.replace("file: teams.csv", "file: t.csv\n        number: '1.234'"), 5, "feeds[1].number", "leaves open"),
        (GOOD.replace("name: Name", "name: {from: a, constant: b}"), 5, "feeds[1].columns.name", "exactly one of"),
        (GOOD.replace("name: Name", "name: {from: a, multiply: 2}"), 5, "feeds[1].columns.name", "are for numbers"),
        (
            GOOD.replace("name: Name", "name: {from: a, lookup: {in: peple, key: x, value: y}}"),
            5,
            "feeds[1].columns.name",
            "no file is named 'peple'",
        ),
        (
            GOOD.replace("name: Name", "name: {from: a, lookup: {inn: x}}"),
            5,
            "feeds[1].columns.name.lookup.in",
            "missing",
        ),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_a_way_out(text: str, line: int, place: str, reason: str) -> None:
    found = problems_of(text)
    assert (line, place) == found[0][:2]
    assert reason in found[0][2]


def test_all_mistakes_are_reported_at_once() -> None:
    found = problems_of(
        """
        source: acme
        feeds:
          - entity: opportunity
            file: a.csv
            columns:
              opportunity_id: Id
              stage: Stage
              status: {from: Stage, values: {Gewonnen: Won}}
          - entity: opportunity
            file: b.csv
            columns: {opportunity_id: Id, stage_name: S, status: {constant: closed}}
        """
    )
    assert [(line, place) for line, place, _ in found] == [
        (7, "feeds[1].columns.stage"),
        (8, "feeds[1].columns.status"),
        (5, "feeds[1].columns"),
        (9, "feeds[2]"),
        (11, "feeds[2].columns.status"),
    ]
    assert "did you mean 'stage_name'" in found[0][2]
    assert "'Won' is not allowed (did you mean 'won'?); use one of open, won, lost" in found[1][2]
    assert "another feed is called 'opportunity' too" in found[3][2]


def test_words_stay_words_and_numbers_stay_as_written() -> None:
    mapping, _ = parse_mapping(
        textwrap.dedent(
            """
            source: acme
            feeds:
              - entity: account
                file: a.csv
                columns:
                  account_id: Id
                  name: Name
                  country: {from: Land, values: {NO: Norway, Yes: on, 1.50: x, null: "~"}}
            """
        )
    )
    assert mapping is not None
    assert mapping.feeds[0].columns["country"].values == {"NO": "Norway", "Yes": "on", "1.50": "x", "null": "~"}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("source: a\nsource: b\n", 2, "key 'source' is written twice"),
        ("source: a\nfeeds: [\n", 3, "not valid YAML"),
        ("- a\n", 1, "must be a mapping"),
        ("", 1, "must be a mapping"),
        ("a: &x\n  b: *x\n", 1, "nested too deeply"),
    ],
)
def test_a_text_that_is_no_mapping_is_refused_with_the_line(text: str, line: int, reason: str) -> None:
    ((found_line, _, found),) = problems_of(text)
    assert found_line == line
    assert reason in found


def test_a_folder_without_mapping_says_so(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"the folder has no mapping\.yml"):
        read_mapping(tmp_path)
    (tmp_path / "mapping.yaml").touch()
    with pytest.raises(MappingError, match=r"did you mean 'mapping\.yaml'"):
        read_mapping(tmp_path)
    with pytest.raises(MappingError, match="there is no such folder"):
        read_mapping(tmp_path / "elsewhere")


def test_what_is_said_closer_to_the_file_wins() -> None:
    mapping, _ = parse_mapping(
        textwrap.dedent(
            """
            source: acme
            defaults: {separator: ";", encoding: cp1252, date_format: "%d.%m.%Y"}
            files:
              people: {file: people.csv, encoding: utf-16}
            feeds:
              - entity: person
                file: people
                separator: tab
                columns: {person_id: Id, name: Name}
            """
        )
    )
    assert mapping is not None
    options = mapping.file_of(mapping.feeds[0])
    assert (options.file, options.encoding, options.separator) == ("people.csv", "utf-16", "\t")
    assert options.date_format == ("%d.%m.%Y",)
    assert options.number is not None
    assert options.number.example == "1234.56"


def test_a_number_format_can_be_spelt_out() -> None:
    spelt = GOOD.replace(
        "source: acme", "source: acme\n    defaults: {number: {decimal: ',', suffixes: {Mio: 1000000}}}"
    )
    mapping, _ = parse_mapping(textwrap.dedent(spelt))
    assert mapping is not None
    style = mapping.file_of(mapping.feeds[0]).number
    assert style is not None
    assert (style.decimal, style.thousands, dict(style.suffixes)) == (",", "", {"Mio": 1_000_000})
    ((line, place, reason),) = problems_of(spelt.replace("suffixes", "suffix"))
    assert (line, place) == (2, "defaults.number")
    assert "the keys decimal, thousands, suffixes" in reason
