"""Policy as a source: checked, loaded when it changed, several companies side by side."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.settings import PROJECT_DIR, Settings, load_settings
from salesops_pipeline.sources.policy.companies import company_problems
from salesops_pipeline.sources.policy.source import load, read_companies

ONE: dict[str, object] = {
    "company_id": "one",
    "company_name": "One Ltd",
    "reporting_currency_code": "EUR",
    "time_zone": "Europe/Berlin",
    "fiscal_year_start_month": 1,
    "effective_from": dt.date(2020, 1, 1),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "policy").mkdir()
    return load_settings(data_dir=tmp_path / "data", policy_dir=tmp_path / "policy")


def decide(settings: Settings, *companies: dict[str, object]) -> None:
    (settings.policy_dir / "company.yml").write_text(yaml.safe_dump({"companies": list(companies)}))


def raw(settings: Settings) -> list[list[dict[str, object]]]:
    return [pq.read_table(path).to_pylist() for path in settings.lake.visible_files("policy", "company")]


def test_the_policy_that_comes_with_the_project_is_valid() -> None:
    companies = read_companies(load_settings(policy_dir=PROJECT_DIR / "policy"))
    assert companies[0].company_id == "sandbox"


def test_it_is_loaded_when_it_changed_and_only_then(settings: Settings) -> None:
    decide(settings, ONE)
    assert load(settings).rows == 1
    assert load(settings).tables[0].method == "unchanged"
    later = ONE | {"fiscal_year_start_month": 4, "effective_from": dt.date(2027, 4, 1)}
    decide(settings, ONE, later)
    assert load(settings).rows == 2
    first, second = raw(settings)
    assert [row["fiscal_year_start_month"] for row in first] == [1]
    assert [(row["fiscal_year_start_month"], row["effective_from"]) for row in second] == [
        (1, dt.date(2020, 1, 1)),
        (4, dt.date(2027, 4, 1)),
    ]


def test_rows_keep_the_order_of_the_file(settings: Settings) -> None:
    decide(settings, ONE | {"company_id": "zulu"}, ONE | {"company_id": "alpha"})
    load(settings)
    (rows,) = raw(settings)
    assert {row["company_id"]: row["position"] for row in rows} == {"zulu": 1, "alpha": 2}


def test_another_order_is_a_change(settings: Settings) -> None:
    zulu, alpha = ONE | {"company_id": "zulu"}, ONE | {"company_id": "alpha"}
    decide(settings, zulu, alpha)
    load(settings)
    decide(settings, alpha, zulu)
    load(settings)
    assert {row["company_id"]: row["position"] for row in raw(settings)[-1]} == {"alpha": 1, "zulu": 2}


def test_full_loads_it_again(settings: Settings) -> None:
    decide(settings, ONE)
    load(settings)
    assert load(settings, full=True).rows == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"time_zone": "Berlin"}, "time_zone: not an IANA time zone"),
        ({"fiscal_year_start_month": 13}, "fiscal_year_start_month"),
        ({"reporting_currency_code": "euro"}, "reporting_currency_code"),
        ({"company_id": "One Ltd"}, "company_id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_loaded(
    settings: Settings, change: dict[str, object], words: str
) -> None:
    decide(settings, ONE, ONE | {"company_id": "two"} | change)
    with pytest.raises(ConfigurationError) as raised:
        load(settings)
    assert "company 2" in raised.value.line()
    assert words in raised.value.line()
    assert "\n" not in raised.value.line()
    assert raw(settings) == []


def test_all_problems_are_listed(settings: Settings) -> None:
    decide(settings, ONE | {"time_zone": "?", "fiscal_year_start_month": 0}, ONE | {"company_name": ""})
    assert len(company_problems(settings)) == 3
    with pytest.raises(ConfigurationError, match="and 2 more"):
        read_companies(settings)


@pytest.mark.parametrize("text", ["", "companies: []", "companies: [", "- a"])
def test_an_unusable_file_is_one_line(settings: Settings, text: str) -> None:
    (settings.policy_dir / "company.yml").write_text(text)
    with pytest.raises(ConfigurationError) as raised:
        read_companies(settings)
    assert "\n" not in raised.value.line()


def test_a_missing_file_is_named(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match=r"missing.*company\.yml"):
        read_companies(settings)


def test_the_same_start_twice_is_refused(settings: Settings) -> None:
    decide(settings, ONE, ONE)
    with pytest.raises(ConfigurationError, match="begins twice"):
        read_companies(settings)
