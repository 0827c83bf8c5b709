"""What the network and the org do to a client: expired tokens, limits, broken connections, missing permissions."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from salesops_pipeline.errors import ConfigurationError, SourceError
from salesops_pipeline.settings import Settings
from salesops_pipeline.sources.salesforce.check import check
from salesops_pipeline.sources.salesforce.client import Calls, SalesforceClient
from salesops_pipeline.sources.salesforce.source import load
from tests.sources.salesforce.conftest import Connect, Org, latest, versions

DEALS = 4500  # three pages of REST


@pytest.fixture
def busy_org(org: Org) -> Org:
    org.add_many("Opportunity", DEALS, Name="Deal", Amount=5)
    return org


@pytest.mark.parametrize("bulk_rows", [1_000_000, 0])
@pytest.mark.parametrize(
    "faults",
    [
        "503:every=4,retry_after=0",
        "429:every=3,retry_after=0",
        "drop:every=4",
        "token_ttl=0.4;slow:every=2,seconds=0.2",
        "short_pages",
    ],
)
def test_passing_troubles_lose_and_double_nothing(
    busy_org: Org, connect: Connect, faults: str, bulk_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salesops_pipeline.sources.salesforce.client._FIRST_WAIT_SECONDS", 0.01)
    with connect(busy_org.sandbox_dir, faults=faults, salesforce_bulk_rows=bulk_rows) as connection:
        load(connection.settings, tables=["opportunity", "user"])
        stats = connection.stats()
    assert versions(connection.settings, "opportunity") == DEALS
    assert len(latest(connection.settings, "opportunity")) == DEALS
    if "token_ttl" in faults:
        assert stats["endpoints"]["token"] > 1
    elif faults != "short_pages":
        assert stats["faults"]


def test_a_failed_bulk_job_is_started_again(busy_org: Org, connect: Connect) -> None:
    with connect(busy_org.sandbox_dir, faults="bulk_fail:every=2", salesforce_bulk_rows=0) as connection:
        result = load(connection.settings, tables=["opportunity", "user", "account"])
    assert {table.table: table.rows for table in result.tables} == {"opportunity": DEALS, "user": 1, "account": 0}


def test_a_dead_address_is_one_line_and_names_it(org: Org, connect: Connect) -> None:
    with connect(org.sandbox_dir) as connection:
        settings = connection.settings
    with (
        SalesforceClient(settings, attempts=2, sleep=lambda seconds: None) as client,
        pytest.raises(SourceError) as error,
    ):
        client.log_in()
    assert settings.salesforce_instance_url in error.value.line()
    assert "\n" not in error.value.line()


def test_the_wait_that_the_org_asks_for_is_kept(org: Org, connect: Connect) -> None:
    waits: list[float] = []
    with (
        connect(org.sandbox_dir, faults="503:every=2,retry_after=7") as connection,
        SalesforceClient(connection.settings, sleep=waits.append) as client,
    ):
        for _ in range(3):
            client.request("GET", "limits", calls=Calls(), where="limits")
    assert waits == [7.0, 7.0]
    assert client.api_usage is not None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"salesforce_client_secret": SecretStr("no")}, "CLIENT_SECRET"), ({"salesforce_client_id": "no"}, "CLIENT_ID")],
)
def test_wrong_credentials_name_the_setting(org: Org, connect: Connect, wrong: dict[str, object], words: str) -> None:
    with connect(org.sandbox_dir) as connection:
        settings = connection.settings.model_copy(update=wrong)
        with pytest.raises(SourceError, match=words):
            load(settings)
        assert [finding.status for finding in check(settings)] == ["problem"]


def test_missing_credentials_name_the_setting(org: Org, connect: Connect) -> None:
    with connect(org.sandbox_dir) as connection:
        settings = connection.settings.model_copy(update={"salesforce_client_secret": SecretStr("")})
        with pytest.raises(ConfigurationError, match="SALESOPS_SALESFORCE_CLIENT_SECRET"):
            load(settings)


def test_an_address_without_scheme_is_named(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        salesforce_instance_url="acme.my.salesforce.com",
        salesforce_client_id="x",
        salesforce_client_secret="y",  # pyright: ignore[reportArgumentType]
    )
    with pytest.raises(ConfigurationError, match="https://"):
        load(settings)


def test_used_up_calls_stop_the_load_and_leave_the_lake_as_it_was(busy_org: Org, connect: Connect) -> None:
    with connect(busy_org.sandbox_dir, faults="api_limit=30") as connection:
        with pytest.raises(SourceError, match="used up"):
            load(connection.settings)
        settings = connection.settings
    assert settings.lake.completed_loads("salesforce") == ()
    with connect(busy_org.sandbox_dir) as connection:
        load(connection.settings)
    assert versions(connection.settings, "opportunity") == DEALS


def test_a_feature_that_is_off_is_left_out_with_a_note(org: Org, connect: Connect) -> None:
    for sobject in ("Territory2", "OpportunitySplit", "DatedConversionRate"):
        org.remove_object(sobject)
    with connect(org.sandbox_dir) as connection:
        result = load(connection.settings)
        findings = check(connection.settings)
    assert "territory2" not in {table.table for table in result.tables}
    assert any("territory management" in note for note in result.notes)
    assert [finding.text for finding in findings if "not available" in finding.text] == [
        "OpportunitySplit: not available to this user (opportunity splits)",
        "Territory2: not available to this user (territory management)",
        "DatedConversionRate: not available to this user (advanced currency management)",
    ]


def test_an_object_without_which_nothing_works_stops_the_load(org: Org, connect: Connect) -> None:
    org.remove_object("Opportunity")
    with connect(org.sandbox_dir) as connection:
        with pytest.raises(SourceError, match="Opportunity"):
            load(connection.settings)
        assert "problem" in {finding.status for finding in check(connection.settings)}


def test_check_says_what_is_fine(org: Org, connect: Connect) -> None:
    with connect(org.sandbox_dir) as connection:
        findings = check(connection.settings)
    assert [finding.text for finding in findings if finding.status == "ok"] == [
        f"{connection.server.url}: reachable, credentials accepted",
        "26 objects readable",
        "API calls in 24 hours: 26 of 100,000 used",
    ]
