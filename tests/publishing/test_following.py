"""A candidate that follows from the version before equals one cut as a whole, and shares what did not change."""

from __future__ import annotations

import duckdb
import pytest

from salesops_pipeline.publishing.build_record import DbtCounts, finish_build, start_build
from salesops_pipeline.publishing.candidate import MANIFEST_NAME, Candidate, parquet_file
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.following import Following, Noted, TrackedBuild, plan
from salesops_pipeline.publishing.versions import PublishedVersion, promote, rollback
from salesops_pipeline.settings import Settings
from tests.publishing.conftest import AS_OF, build_warehouse, certificate_of, rewrite_warehouse

DEALS = "core.fct_opportunity"
NAMES = "core.dim_account"
BUILD = TrackedBuild(number=7, started_at="2026-06-30 05:00:00")


class Warehouse:
    """A warehouse whose builds note what they change, as the materialisation `tracked` does."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.build = 0

    def begin(self) -> None:
        """The first build: five thousand deals and a table that will not change."""
        build_warehouse(
            self.settings,
            then=[
                "alter table core.fct_opportunity add column opportunity_number integer",
                "create table core.dim_account as select 'a' || i as account_id, i % 3 as size from range(50) t(i)",
                "create schema tracking",
                "create table tracking.builds (build bigint, started_at timestamp)",
                "create table tracking.model_builds (build bigint, schema_name varchar, model_name varchar, "
                "mode varchar, changed_rows bigint, checksum varchar)",
                "create table tracking.core__fct_opportunity as select *, null::bigint as _build, "
                "null::boolean as _is_new from core.fct_opportunity limit 0",
                "insert into tracking.builds values (1, '2026-06-30 05:00:00')",
                "insert into tracking.model_builds values (1, 'core', 'fct_opportunity', 'full', null, 'x'), "
                "(1, 'core', 'dim_account', 'full', null, 'x')",
            ],
        )
        self.build = 1

    def change(self, change: str, *, mode: str = "changed", extra: int = 0) -> None:
        """A further build: deals change by a statement, and the rows by which they differ are noted."""
        self.build += 1
        start_build(self.settings, AS_OF)
        with duckdb.connect(str(self.settings.warehouse_path)) as connection:
            connection.execute("create temp table before as from core.fct_opportunity")
            connection.execute(change)
            for new, (these, those) in enumerate([("before", DEALS), (DEALS, "before")]):
                connection.execute(
                    f"insert into tracking.core__fct_opportunity by name select *, {self.build} as _build, "
                    f"{bool(new)} as _is_new from (from {these} except all from {those})"
                )
            connection.execute(f"insert into tracking.builds values ({self.build}, '2026-07-01 05:00:00')")
            connection.execute(
                f"insert into tracking.model_builds select {self.build}, 'core', 'fct_opportunity', '{mode}', "
                f"count(*) + {extra}, 'x' from tracking.core__fct_opportunity where _build = {self.build}"
            )
        finish_build(self.settings, passed=True, dbt=DbtCounts(passed=7))

    def cut(self) -> Candidate:
        """A candidate of the warehouse as it is."""
        return build_candidate(self.settings)

    def publish(self) -> PublishedVersion:
        """Cut and promote."""
        candidate = self.cut()
        return promote(self.settings, candidate, certificate_of(candidate))

    def rows_as_built(self) -> list[tuple[object, ...]]:
        """Deals as the warehouse has them."""
        with duckdb.connect(str(self.settings.warehouse_path), read_only=True) as connection:
            return connection.execute(f"from {DEALS} order by all").fetchall()


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    found = Warehouse(settings)
    found.begin()
    return found


def inode(candidate: Candidate | PublishedVersion, name: str) -> int:
    return parquet_file(candidate.path, name).stat().st_ino


def published_rows(found: Candidate | PublishedVersion) -> list[tuple[object, ...]]:
    with duckdb.connect(str(found.duckdb_path), read_only=True) as connection:
        return connection.execute(f"from {DEALS} order by all").fetchall()


CHANGES = (
    "update core.fct_opportunity set reporting_amount = 7 where opportunity_id in ('o3', 'o4999')",
    "delete from core.fct_opportunity where opportunity_id = 'o17'",
    "insert into core.fct_opportunity values ('o00', 3.50, 12), ('o9999', 4.25, null)",
    "update core.fct_opportunity set reporting_amount = 100 where opportunity_id = 'o3'",
)


def test_it_equals_a_candidate_that_was_cut_as_a_whole(warehouse: Warehouse) -> None:
    first = warehouse.publish()
    for change in CHANGES:
        warehouse.change(change)
    follower = warehouse.cut()
    assert inode(follower, NAMES) == inode(first, NAMES), "an unchanged table is not written again"
    assert published_rows(follower) == warehouse.rows_as_built()
    assert follower.manifest.out_of_order == {DEALS: 9}
    (first.path / MANIFEST_NAME).unlink()  # nothing is known of the version before
    whole = warehouse.cut()
    assert inode(whole, NAMES) != inode(first, NAMES)
    assert whole.manifest.tables == follower.manifest.tables
    assert whole.manifest.out_of_order == {}


def test_versions_follow_one_another_and_stay_what_they_were(warehouse: Warehouse) -> None:
    versions = [warehouse.publish()]
    expected = [warehouse.rows_as_built()]
    for change in CHANGES[:2]:
        warehouse.change(change)
        versions.append(warehouse.publish())
        expected.append(warehouse.rows_as_built())
    assert [published_rows(version) for version in versions] == expected
    assert [version.version for version in versions] == ["v0001", "v0002", "v0003"]
    assert inode(versions[0], NAMES) == inode(versions[2], NAMES)


def test_it_follows_from_the_version_that_readers_see(warehouse: Warehouse) -> None:
    warehouse.publish()
    warehouse.change(CHANGES[0])
    warehouse.publish()
    rollback(warehouse.settings)
    warehouse.change(CHANGES[1])
    candidate = warehouse.cut()
    assert candidate.manifest.out_of_order == {DEALS: 5}
    assert published_rows(candidate) == warehouse.rows_as_built()


def test_a_changed_description_is_shown(warehouse: Warehouse) -> None:
    warehouse.publish()
    warehouse.change("comment on column core.fct_opportunity.reporting_amount is 'As billed.'")
    with duckdb.connect(str(warehouse.cut().duckdb_path), read_only=True) as connection:
        shown = connection.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'fct_opportunity' order by 1"
        ).fetchall()
    assert ("reporting_amount", "As billed.") in shown


def test_a_table_that_is_gone_is_not_published_any_more(warehouse: Warehouse) -> None:
    warehouse.publish()
    warehouse.change("drop table core.dim_account")
    candidate = warehouse.cut()
    assert candidate.manifest.out_of_order == {}
    assert NAMES not in candidate.manifest.tables
    with duckdb.connect(str(candidate.duckdb_path), read_only=True) as connection:
        assert connection.execute("from duckdb_tables() where table_name = 'dim_account'").fetchall() == []


@pytest.mark.parametrize(
    ("change", "mode", "extra"),
    [
        pytest.param(CHANGES[0], "full", 0, id="rebuilt as a whole"),
        pytest.param(CHANGES[0], "changed", 1, id="more rows were noted than are kept"),
        pytest.param("update core.fct_opportunity set reporting_amount = 7", "changed", 0, id="too many rows"),
        pytest.param("delete from tracking.builds; " + CHANGES[0], "changed", 0, id="another warehouse"),
        pytest.param("delete from tracking.model_builds; " + CHANGES[0], "changed", 0, id="notes are gone"),
        pytest.param(
            "alter table core.fct_opportunity alter reporting_amount type decimal(18, 4); "
            "update core.fct_opportunity set reporting_amount = 7.1234 where opportunity_id = 'o3'",
            "changed",
            0,
            id="another type",
        ),
    ],
)
def test_what_cannot_be_followed_is_cut_as_a_whole(warehouse: Warehouse, change: str, mode: str, *, extra: int) -> None:
    warehouse.publish()
    warehouse.change(change, mode=mode, extra=extra)
    candidate = warehouse.cut()
    assert candidate.manifest.out_of_order == {}
    assert published_rows(candidate) == warehouse.rows_as_built()


def test_the_rows_that_were_noted_have_to_be_all(warehouse: Warehouse) -> None:
    warehouse.publish()
    warehouse.change(CHANGES[0])
    rewrite_warehouse(warehouse.settings, "delete from core.fct_opportunity where opportunity_id = 'o77'")
    candidate = warehouse.cut()
    assert candidate.manifest.out_of_order == {}
    assert published_rows(candidate) == warehouse.rows_as_built()


@pytest.mark.parametrize("is_missing", [True, False])
def test_a_file_that_is_not_the_audited_one_is_not_taken_over(warehouse: Warehouse, *, is_missing: bool) -> None:
    first = warehouse.publish()
    sha256 = first.certificate.tables[NAMES].sha256
    file = parquet_file(first.path, NAMES)
    file.unlink()
    if not is_missing:
        file.write_bytes(b"something else")
    candidate = warehouse.cut()
    assert candidate.manifest.tables[NAMES].sha256 == sha256
    assert warehouse.publish().version == "v0002"


def test_a_build_of_everything_is_cut_as_a_whole(warehouse: Warehouse) -> None:
    first = warehouse.publish()
    start_build(warehouse.settings, AS_OF, full_refresh=True)
    finish_build(warehouse.settings, passed=True, dbt=DbtCounts(passed=7))
    assert inode(warehouse.cut(), NAMES) != inode(first, NAMES)


def test_how_tables_follow() -> None:
    noted = {
        "core.same": Noted(is_rebuilt=False, changed_rows=0),
        "core.few": Noted(is_rebuilt=False, changed_rows=10),
        "core.many": Noted(is_rebuilt=False, changed_rows=101),
        "core.slowly": Noted(is_rebuilt=False, changed_rows=10),
        "core.keyless": Noted(is_rebuilt=False, changed_rows=10),
        "core.rebuilt": Noted(is_rebuilt=True, changed_rows=0),
        "core.new": Noted(is_rebuilt=False, changed_rows=0),
    }
    rows = {name: 1000 for name in noted if name != "core.new"} | {"core.view": 1000}
    keys = {name: ("id",) for name in noted if name != "core.keyless"}
    behind = {"core.same": 100, "core.few": 90, "core.slowly": 91}
    assert plan(noted, build=BUILD, rows=rows, out_of_order=behind, keys=keys) == {
        "core.same": Following(out_of_order=100),
        "core.few": Following(("id",), since=7, out_of_order=100),
    }
