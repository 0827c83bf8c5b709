"""The published version in PostgreSQL: equal to the files, one version at a time, and whole again after any failure."""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from salesops_pipeline.errors import ConfigurationError, GateError
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.postgres import mirrored, recorded
from salesops_pipeline.publishing.postgres.compare import differing_tables
from salesops_pipeline.publishing.versions import (
    PublishedVersion,
    current_version,
    list_versions,
    mirror_current,
    open_verified,
    promote,
    rollback,
)
from salesops_pipeline.settings import Settings, load_settings
from tests.postgres_server import PASSWORD, Server, needs_postgres
from tests.publishing.conftest import build_warehouse, certificate_of
from tests.publishing.test_processes import start

pytestmark = [*needs_postgres, pytest.mark.xdist_group("postgres")]

Publish = Callable[..., PublishedVersion]

EVERY_TYPE = (
    "create table core.every_type (id integer, text varchar, money decimal(18,2), rate decimal(18,9), "
    "wide decimal(38,3), flag boolean, real8 double, real4 float, small tinyint, big bigint, unsigned ubigint, "
    "unsigned4 uinteger, unsigned2 usmallint, day date, moment timestamp, instant timestamptz, clock time)",
    """
    insert into core.every_type values
    (1, 'a', 0.01, -0.000000001, 99999999999999999999999999.123, true, 1.1, 'nan', 127, 9223372036854775807,
     18446744073709551615, 4294967295, 65535, '2024-02-29', '2026-03-29 02:30:00.123456',
     '2026-10-25 02:30:00.000001+02', '23:59:59.999999'),
    (2, '', -9999999999999999.99, 0, -1, false, -0.1, 'inf', -128, -9223372036854775808, 0, 0, 0, '0001-01-01',
     '0001-01-01 00:00:00', '1900-01-01 00:00:00+00', '00:00:00'),
    (3, 'tab' || chr(9) || ' newline' || chr(10) || ' quote " \'\' backslash \\ \\N é 漢 🙂', 0, 0, 0, null, 1e308,
     1e-45, 0, 0, 1, 1, 1, '9999-12-31', '9999-12-31 23:59:59.999999', '2999-01-01 00:00:00+00', '12:00:00')
    """,
    "insert into core.every_type (id) values (4), (4)",
    "insert into core.every_type (id, text) values (5, repeat('long ', 100000))",
)
POSTGRES_TYPES = {
    "id": "integer",
    "text": "text",
    "money": "numeric(18,2)",
    "rate": "numeric(18,9)",
    "wide": "numeric(38,3)",
    "flag": "boolean",
    "real8": "double precision",
    "real4": "real",
    "small": "smallint",
    "big": "bigint",
    "unsigned": "numeric(20,0)",
    "unsigned4": "bigint",
    "unsigned2": "integer",
    "day": "date",
    "moment": "timestamp without time zone",
    "instant": "timestamp with time zone",
    "clock": "time without time zone",
}
TYPES_OF = """
select attname, format_type(atttypid, atttypmod) from pg_attribute
where attrelid = %s::regclass and attnum > 0 and not attisdropped
"""


@pytest.fixture
def database(postgres: Server) -> str:
    return postgres.create_database()


@pytest.fixture
def settings(tmp_path: Path, postgres: Server, database: str) -> Settings:
    return load_settings(data_dir=tmp_path / "data", keep_versions=3, publish_postgres_url=postgres.url(database))


@pytest.fixture
def shown(postgres: Server, database: str) -> Callable[..., list[tuple]]:
    """Ask PostgreSQL: ``shown("select …")``."""

    def ask(query: str, *values: object) -> list[tuple]:
        with postgres.connect(database) as connection:
            cursor = connection.execute(query.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    return ask


def assert_mirrored(settings: Settings) -> None:
    """PostgreSQL says that it shows the current version, and its rows are those of the files."""
    version = open_verified(settings)
    load = recorded(settings)
    assert load is not None
    assert load.version == version.version
    assert differing_tables(settings.publish_postgres_url, version) == {}


def test_every_type_arrives_exactly(settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]) -> None:
    publish("1.00", *EVERY_TYPE)
    assert_mirrored(settings)
    assert dict(shown(TYPES_OF, "core.every_type")) == POSTGRES_TYPES
    assert shown("select text, wide::text, instant at time zone 'UTC' from core.every_type where id = 2") == [
        ("", "-1.000", dt.datetime(1900, 1, 1))
    ]
    assert shown("select count(*) from core.every_type where id = 4 and text is null") == [(2,)]


def test_a_difference_is_found_in_both_directions(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]
) -> None:
    version = publish("1.00")
    shown("update core.fct_opportunity set reporting_amount = 1.01 where opportunity_id = 'o7'")
    shown("delete from core.fct_opportunity where opportunity_id = 'o8'")
    shown("insert into marts.mart_run values (date '2001-01-01')")
    assert differing_tables(settings.publish_postgres_url, version) == {"core.fct_opportunity": 3, "marts.mart_run": 1}


def test_descriptions_and_keys_come_along(publish: Publish, shown: Callable[..., list[tuple]]) -> None:
    publish("1.00")
    assert shown(
        "select obj_description('core.fct_opportunity'::regclass), col_description('core.fct_opportunity'::regclass, 2)"
    ) == [("It's one row per opportunity.", "In reporting currency.")]
    assert shown("select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where contype = 'p' "
                 "and connamespace::regnamespace::text in ('core', 'marts') order by 1") == [
        ("core.fct_opportunity", "PRIMARY KEY (opportunity_id)"),
        ("marts.mart_run", "PRIMARY KEY (as_of_date)"),
        ("marts.mart_source_freshness", "PRIMARY KEY (source_system, table_name)"),
    ]  # fmt: skip


def test_only_what_differs_is_sent_and_what_people_built_stays(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]
) -> None:
    publish("1.00")
    shown("create schema analysts")
    shown("create view analysts.total as select sum(reporting_amount) as total from core.fct_opportunity")
    shown("create index by_amount on core.fct_opportunity (reporting_amount)")
    publish(
        "1.00",
        "update core.fct_opportunity set reporting_amount = 7 where opportunity_id in ('o1', 'o2')",
        "delete from core.fct_opportunity where opportunity_id = 'o3'",
        "insert into core.fct_opportunity values ('new', 2)",
    )
    assert_mirrored(settings)
    load = recorded(settings)
    assert load is not None
    assert (load.rows_removed, load.rows_added) == (3, 3)
    assert shown("select total from analysts.total") == [(5000 - 3 + 2 * 7 + 2,)]
    assert shown("select count(*) from pg_indexes where indexname = 'by_amount'") == [(1,)]
    publish("1.00", "delete from core.fct_opportunity where opportunity_id = 'o3'",
            "update core.fct_opportunity set reporting_amount = 7 where opportunity_id in ('o1', 'o2')",
            "insert into core.fct_opportunity values ('new', 2)")  # fmt: skip
    load = recorded(settings)
    assert load is not None
    assert (load.version, load.rows_removed, load.rows_added) == ("v0003", 0, 0), "the same rows are not sent again"


def test_columns_and_tables_come_and_go(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]
) -> None:
    publish("1.00", "create table core.old_table as select 1 as id", "create table core.t as select 1 as a, 2 as b")
    shown("create view public.kept as select opportunity_id from core.fct_opportunity")
    publish(
        "1.00",
        "alter table core.fct_opportunity add column region varchar",
        "comment on column core.fct_opportunity.region is 'Where it is.'",
        "update core.fct_opportunity set region = 'EMEA'",
        "create table core.t as select '1' as a, 3 as c",
        "create table core.new_table as select 5 as id",
    )
    assert_mirrored(settings)
    assert shown("select region, count(*) from core.fct_opportunity group by 1") == [("EMEA", 5000)]
    assert shown("select count(*) from public.kept") == [(5000,)]
    assert dict(shown(TYPES_OF, "core.t")) == {"a": "text", "c": "integer"}
    assert shown("select to_regclass('core.old_table'), to_regclass('core.new_table')::text") == [
        (None, "core.new_table")
    ]
    rollback(settings)
    assert_mirrored(settings)
    assert dict(shown(TYPES_OF, "core.t")) == {"a": "integer", "b": "integer"}


def test_a_new_description_alone_moves_no_row(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]
) -> None:
    publish("1.00")
    publish("1.00", "comment on column core.fct_opportunity.reporting_amount is 'Better said.'")
    assert shown("select col_description('core.fct_opportunity'::regclass, 2)") == [("Better said.",)]
    load = recorded(settings)
    assert load is not None
    assert (load.rows_removed, load.rows_added) == (0, 0)


def test_a_view_on_a_column_that_goes_is_named_and_nothing_happens(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]
) -> None:
    publish("1.00")
    shown("create view public.mine as select reporting_amount from core.fct_opportunity")
    with pytest.raises(GateError, match=r"depend.*all readers keep the version.*change or drop the view"):
        publish("1.00", "alter table core.fct_opportunity drop column reporting_amount")
    assert current_version(settings) == "v0001"
    assert_mirrored(settings)


def test_rollback_takes_postgresql_along(settings: Settings, publish: Publish) -> None:
    for amount in ("1.00", "2.00", "3.00"):
        publish(amount)
    rollback(settings, "v0001")
    assert_mirrored(settings)
    rollback(settings, "v0003")
    assert_mirrored(settings)


def test_the_reader_role_reads_everything_and_writes_nothing(
    settings: Settings, postgres: Server, database: str, tmp_path: Path
) -> None:
    role = f"bi_{database}"
    with postgres.connect() as connection:
        connection.execute(f"create role {role} login password '{PASSWORD}'".encode())
    settings = settings.model_copy(update={"publish_postgres_reader": role})
    for number in (1, 2):
        build_warehouse(settings, then=[f"create table core.only_{number} as select 1 as id"])
        candidate = build_candidate(settings)
        promote(settings, candidate, certificate_of(candidate))
        with postgres.connect(database, user=role) as reader:
            assert reader.execute("select count(*) from core.fct_opportunity").fetchall() == [(5000,)]
            assert reader.execute(f"select count(*) from core.only_{number}".encode()).fetchall() == [(1,)]
            assert reader.execute("select version from salesops.published_version").fetchall() == [(f"v000{number}",)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute("delete from core.fct_opportunity")


def test_the_owner_of_the_database_needs_no_other_right(settings: Settings, postgres: Server, database: str) -> None:
    owner, reader = f"owner_{database}", f"reader_{database}"
    with postgres.connect() as connection:
        for role in (owner, reader):
            connection.execute(f"create role {role} login password '{PASSWORD}'".encode())
        connection.execute(f"alter database {database} owner to {owner}".encode())
    owned = load_settings(
        data_dir=settings.data_dir,
        publish_postgres_url=postgres.url(database, user=owner),
        publish_postgres_reader=reader,
    )
    build_warehouse(owned)
    candidate = build_candidate(owned)
    promote(owned, candidate, certificate_of(candidate))
    assert_mirrored(owned)
    with postgres.connect(database, user=reader) as asking:
        assert asking.execute("select count(*) from core.fct_opportunity").fetchall() == [(5000,)]


@pytest.mark.parametrize(
    ("database", "user", "password", "reader", "words"),
    [
        ("no_such_database", "salesops", PASSWORD, "", ["does not exist", "SALESOPS_PUBLISH_POSTGRES_URL"]),
        ("postgres", "salesops", "wrong-word", "", ["authentication failed", "SALESOPS_PUBLISH_POSTGRES_URL"]),
        ("postgres", "nobody", "wrong-word", "", ["authentication failed"]),
        ("", "weak", PASSWORD, "", ["permission denied", "the right"]),
        ("", "salesops", PASSWORD, "nobody_of_that_name", ["does not exist", "SALESOPS_PUBLISH_POSTGRES_READER"]),
    ],
)
def test_a_refusal_is_one_line_and_no_reader_moves(
    postgres: Server, tmp_path: Path, database: str, user: str, password: str, reader: str, words: list[str]
) -> None:
    with postgres.connect() as connection:
        connection.execute("drop role if exists weak")
        connection.execute(f"create role weak login password '{PASSWORD}'".encode())
    url = postgres.url(database or postgres.create_database(), user=user, password=password)
    settings = load_settings(
        data_dir=tmp_path / "data", publish_postgres_url=url, publish_postgres_reader=reader, keep_versions=3
    )
    build_warehouse(settings)
    candidate = build_candidate(settings)
    with pytest.raises(GateError) as caught:
        promote(settings, candidate, certificate_of(candidate))
    line = caught.value.line()
    assert "\n" not in line
    assert password not in line
    for word in [*words, f"127.0.0.1:{postgres.port}", "all readers keep the version they have"]:
        assert word in line
    assert current_version(settings) is None
    assert list_versions(settings) == ()


def test_tables_of_somebody_else_are_not_touched(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]
) -> None:
    shown("create schema core")
    shown("create table core.fct_opportunity as select 'theirs' as opportunity_id")
    with pytest.raises(GateError, match=r"already exists.*database of its own"):
        publish("1.00")
    assert shown("select * from core.fct_opportunity") == [("theirs",)]
    assert current_version(settings) is None


def test_what_postgresql_cannot_hold_is_refused_by_name(settings: Settings, publish: Publish) -> None:
    with pytest.raises(GateError, match=r"INTEGER\[\].*in PostgreSQL \(core.lists.several\)"):
        publish("1.00", "create table core.lists as select [1, 2] as several")
    with pytest.raises(GateError, match=r"0x00.*COPY nul, line 1, column broken.*all readers keep"):
        publish("1.00", "create table core.nul as select 'a' || chr(0) || 'b' as broken")
    assert current_version(settings) is None


def test_a_server_that_is_down_stops_the_publication_and_is_caught_up_later(
    settings: Settings, postgres: Server, publish: Publish
) -> None:
    publish("1.00")
    postgres.stop()
    try:
        with pytest.raises(GateError, match=r"refused.*all readers keep the version they have"):
            publish("2.00")
        with pytest.raises(GateError, match="refused"):
            recorded(settings)
        assert current_version(settings) == "v0001"
        without = settings.model_copy(update={"publish_postgres_url": load_settings().publish_postgres_url})
        candidate = build_candidate(without)
        assert promote(without, candidate, certificate_of(candidate)).version == "v0002"
    finally:
        postgres.start()
    assert recorded(settings).version == "v0001"  # pyright: ignore[reportOptionalMemberAccess]
    publish("3.00")
    assert_mirrored(settings)


def test_a_crash_of_the_server_in_the_middle_leaves_both_at_the_version_before(
    settings: Settings, postgres: Server, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    from salesops_pipeline.publishing.postgres import tables

    publish("1.00")
    write_table, written = tables.write_table, []

    def crash(cursor, table, content) -> None:
        write_table(cursor, table, content)
        written.append(table)
        postgres.stop("immediate")

    monkeypatch.setattr(tables, "write_table", crash)
    with pytest.raises(GateError, match="all readers keep the version they have"):
        publish("2.00")
    monkeypatch.undo()
    postgres.start()
    assert written == ["core.fct_opportunity"], "the crash came after the first table and before the second"
    assert current_version(settings) == "v0001"
    assert_mirrored(settings)
    publish("3.00")
    assert_mirrored(settings)


def test_a_connection_that_breaks_at_the_last_moment_is_told_and_mended(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]
) -> None:
    publish("1.00")
    behind = publish_beside(settings)
    with (
        pytest.raises(GateError, match=r"files are at v0002, PostgreSQL still shows v0001.*salesops publish postgres"),
        mirrored(settings, behind, kept=lambda: list_versions(settings)),
    ):
        shown("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'salesops'")
    assert recorded(settings).version == "v0001"  # pyright: ignore[reportOptionalMemberAccess]
    mirror_current(settings)
    assert_mirrored(settings)


def publish_beside(settings: Settings) -> PublishedVersion:
    """Publish a second version to the files only."""
    files_only = settings.model_copy(update={"publish_postgres_url": load_settings().publish_postgres_url})
    build_warehouse(files_only, "2.00")
    candidate = build_candidate(files_only)
    return promote(files_only, candidate, certificate_of(candidate))


@pytest.mark.parametrize(
    "meddling",
    [
        "delete from core.fct_opportunity where opportunity_id in ('o1', 'o2')",
        "insert into core.fct_opportunity values ('theirs', 1)",
        "insert into core.fct_opportunity values ('new', 1)",
        "drop table core.fct_opportunity",
        "truncate salesops.published_version",
    ],
)
def test_a_table_that_is_not_what_was_recorded_is_sent_whole(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]], meddling: str
) -> None:
    publish("1.00")
    shown(meddling)
    publish(
        "1.00",
        "update core.fct_opportunity set reporting_amount = 7 where opportunity_id in ('o1', 'o2')",
        "insert into core.fct_opportunity values ('new', 2)",
    )
    assert_mirrored(settings)


def test_a_changed_value_is_mended_on_request(
    settings: Settings, publish: Publish, shown: Callable[..., list[tuple]]
) -> None:
    version = publish("1.00")
    shown("update core.fct_opportunity set reporting_amount = 99 where opportunity_id = 'o7'")
    mirror_current(settings)
    assert differing_tables(settings.publish_postgres_url, version) == {"core.fct_opportunity": 2}
    mirror_current(settings, whole=True)
    assert_mirrored(settings)


def test_a_table_in_use_is_waited_for_only_where_its_columns_change(
    settings: Settings, publish: Publish, postgres: Server, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from salesops_pipeline.publishing.postgres import mirror

    monkeypatch.setattr(mirror, "LOCK_SECONDS", 1)
    publish("1.00")
    with postgres.connect(database) as reader, reader.transaction():
        reader.execute("select count(*) from core.fct_opportunity")  # and idle in its transaction from here on
        publish("2.00")
        assert_mirrored(settings)
        with pytest.raises(GateError, match=r"lock timeout.*all readers keep.*open transaction"):
            publish("2.00", "alter table core.fct_opportunity add column region varchar")
    publish("2.00", "alter table core.fct_opportunity add column region varchar")
    assert_mirrored(settings)


def test_readers_see_one_version_as_a_whole(settings: Settings, publish: Publish, tmp_path: Path) -> None:
    publish("0.00")
    url = settings.publish_postgres_url.get_secret_value()
    stop = tmp_path / "stop"
    readers = [start("query", url, mode, stop) for mode in ("statement", "transaction")]
    for number in range(1, 9):
        publish(f"{number}.00")
    rollback(settings, "v0008")
    stop.touch()
    reports = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    assert [report["errors"] for report in reports] == [[], []]
    assert all(report["reads"] > 20 for report in reports)
    assert all(len(report["amounts"]) > 5 for report in reports), "readers saw the versions change"


@pytest.mark.slow
def test_a_publisher_killed_at_any_moment_leaves_no_mix(settings: Settings, postgres: Server, publish: Publish) -> None:
    moments = random.Random(11)
    publish("0.00")
    for round_number in range(8):
        build_warehouse(settings, f"{round_number}.50")
        process = start("publish", settings.data_dir, settings.publish_postgres_url.get_secret_value())
        time.sleep(moments.uniform(0.0, 0.8))
        process.kill()
        process.communicate(timeout=60)
        load = recorded(settings)
        assert load is not None
        behind = open_verified(settings, load.version)
        assert differing_tables(settings.publish_postgres_url, behind) == {}, "PostgreSQL is what it says it is"
        assert open_verified(settings).number - behind.number in {0, 1}
    publish("77.00")
    assert_mirrored(settings)


@pytest.mark.parametrize("url", ["postgres://u:a-very-secret-word@h/db", "postgresql://u:a-very-secret-word@h", "h/db"])
def test_an_unusable_url_is_named_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="SALESOPS_PUBLISH_POSTGRES_URL") as caught:
        load_settings(publish_postgres_url=url)
    assert PASSWORD not in str(caught.value)
