"""Write the sandbox company's history straight into a lake, at any scale, and add loads that change a share of it.

The simulation (`salesops_pipeline.sandbox`) moves a company on day by day and holds it in memory; this writes the same
shape of data, with the same stages, hazards, currencies and products, as SQL over running numbers. Every attribute is a
function of the seed and the record's number, so a range of them can be written alone, the memory needed does not
grow with the scale, and the same arguments give the same rows.

    python -m tests.benchmarks.bulk_lake --lake data/lake --opportunities 1000000
    python -m tests.benchmarks.bulk_lake --lake data/lake --change 0.01
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from salesops_pipeline.contracts import LOAD_ID_COLUMN, Table, load_contract
from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.lake import Lake
from salesops_pipeline.sandbox.company.config import company, hazards, names
from salesops_pipeline.sandbox.company.stages import OPEN_STAGES
from salesops_pipeline.sandbox.objects.accounts import INDUSTRIES
from salesops_pipeline.settings import load_settings
from salesops_pipeline.sources.policy import source as policy

SYSTEM = "salesforce"
SQL_DIR = Path(__file__).parent / "bulk"
AS_OF = dt.date(2026, 11, 1)
"""The as-of day of all bulk companies, unless another is given."""
DAYS_FOR_CHANGES = 30
"""The first load is so many days before the as-of day: as many, less weekends, can bring further loads."""

_ORGANISATION = (
    "currency_type",
    "dated_conversion_rate",
    "period",
    "opportunity_stage",
    "opportunity_split_type",
    "product2",
    "pricebook2",
    "pricebook_entry",
    "user_role",
    "user",
    "territory2",
    "user_territory2_association",
    "forecasting_quota",
    "campaign",
)
_MARKET = ("account", "contact", "object_territory2_association", "lead", "campaign_member")
_DEALS = (
    "opportunity",
    "opportunity_history",
    "opportunity_field_history",
    "opportunity_line_item",
    "opportunity_split",
)
_ACTIVITIES = ("task", "event")
_CHUNK = 150_000
"""Opportunities per file: the tables that hold most rows per opportunity stay below two million rows a file."""


@dataclass(frozen=True)
class BulkCompany:
    """What was written so far; kept beside the lake, since further loads go on from there.

    Args:
        opportunities: Opportunities of the first load.
        seed: Where all chance comes from.
        as_of: The day that builds look at; all loads lie before its end.
        years: Length of the history.
        loads: Load packages written.
        opportunities_now: Opportunities of all loads together.
        accounts_now: Accounts of all loads together.
    """

    opportunities: int
    seed: int
    as_of: dt.date
    years: int = 4
    loads: int = 0
    opportunities_now: int = 0
    accounts_now: int = 0

    @property
    def first_load_day(self) -> dt.date:
        """The working day at whose end the first load is taken."""
        return _last_workday(self.as_of - dt.timedelta(days=DAYS_FOR_CHANGES))

    @property
    def day_zero(self) -> dt.date:
        """The Monday on which the history begins."""
        day = self.first_load_day - dt.timedelta(days=round(365.25 * self.years))
        return day - dt.timedelta(days=day.weekday())

    @property
    def first_horizon(self) -> int:
        """Working days from the first day to the end of the first load's."""
        days = (self.first_load_day - self.day_zero).days
        return days // 7 * 5 + days % 7 + 1

    def load_day(self, load: int) -> dt.date:
        """The day at whose end a load is taken: one working day after the load before it. Loads count from 0."""
        weeks, days = divmod(self.first_horizon - 1 + load, 5)
        return self.day_zero + dt.timedelta(days=weeks * 7 + days)

    def load_id(self, load: int) -> str:
        """Nine in the evening of the load's day, as dlt names its packages."""
        moment = dt.datetime.combine(self.load_day(load), dt.time(21), dt.UTC)
        return f"{int(moment.timestamp())}.25"

    @property
    def people(self) -> int:
        """Users: one for every 200 opportunities."""
        return max(40, self.opportunities // 200)

    @property
    def accounts(self) -> int:
        """Accounts of the first load."""
        return self.opportunities * 55 // 100

    def parameters(self) -> dict[str, int | float | dt.date]:
        """What the SQL knows as macros without arguments."""
        teams = max(3, round(self.people / 8.5))
        areas = max(3, -(-teams // 8))
        return {
            "seed": self.seed,
            "opportunities": self.opportunities,
            "accounts": self.accounts,
            "teams": teams,
            "areas": areas,
            "sellers": self.people - 6 - areas - teams,
            "campaigns": self.years * 12 * (2 + self.opportunities // 50_000),
            "day_zero": self.day_zero,
            "epoch_zero": int(dt.datetime.combine(self.day_zero, dt.time(), dt.UTC).timestamp()),
            "as_of": self.as_of,
            "first_horizon": self.first_horizon,
            "horizon": self.first_horizon + self.loads,
            "last_horizon": self.first_horizon + self.loads - 1,
            "partner_share": 1 - company()["partner_discount"],
        }


def _last_workday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=max(0, day.weekday() - 4))


def state_file(lake: Lake) -> Path:
    """Where a lake's `BulkCompany` is kept: beside the lake, not in it."""
    return lake.root.parent / "bulk_lake.json"


def read_company(lake: Lake) -> BulkCompany:
    """The company that a lake holds.

    Raises:
        ConfigurationError: The lake was not written by this generator.
    """
    path = state_file(lake)
    if not path.exists():
        raise ConfigurationError(
            "no bulk company to change", where=str(path), fix="Write one first, with --opportunities."
        )
    stored = json.loads(path.read_text(encoding="utf-8"))
    return BulkCompany(**stored | {"as_of": dt.date.fromisoformat(stored["as_of"])})


def _keep(lake: Lake, bulk: BulkCompany) -> None:
    state_file(lake).write_text(json.dumps(asdict(bulk) | {"as_of": bulk.as_of.isoformat()}), encoding="utf-8")


class BulkWriter:
    """Writes one load of a company.

    Args:
        lake: Where to.
        bulk: What to write; ``loads`` is the number of the load.
    """

    def __init__(self, lake: Lake, bulk: BulkCompany) -> None:
        self._lake = lake
        self._bulk = bulk
        self._load_id = bulk.load_id(bulk.loads)
        self._files: dict[str, int] = {}
        self._connection = duckdb.connect()
        self._connection.execute("set TimeZone = 'UTC'; set memory_limit = '8GB'; set threads = 2")
        self._parameters(bulk.parameters())
        self._run("macros.sql")
        _configure(self._connection)

    def write_history(self) -> None:
        """Everything up to the first load's day."""
        bulk = self._bulk
        self._parameters(
            {
                "first_new_opportunity": bulk.opportunities,
                "new_opportunities": 0,
                "first_new_account": bulk.accounts,
                "new_accounts": 0,
            }
        )
        self._define()
        for table in _ORGANISATION:
            self._copy(table, _sql(f"raw/{table}.sql"))
        chunks = -(-bulk.opportunities // _CHUNK)
        for chunk in range(chunks):
            self._write_chunk(
                (bulk.opportunities * chunk // chunks, bulk.opportunities * (chunk + 1) // chunks),
                (bulk.accounts * chunk // chunks, bulk.accounts * (chunk + 1) // chunks),
            )

    def write_changes(self, share: float, new_opportunities: int, new_accounts: int) -> None:
        """A further load that changes a share of the opportunities and brings new records in proportion."""
        bulk = self._bulk
        first, first_account = bulk.opportunities_now, bulk.accounts_now
        self._parameters(
            {
                "change_share": share,
                "first_new_opportunity": first,
                "new_opportunities": new_opportunities,
                "first_new_account": first_account,
                "new_accounts": new_accounts,
            }
        )
        self._define()
        for table in (*_MARKET, *_DEALS, *_ACTIVITIES, "user"):
            files = ", ".join(f"'{path}'" for path in self._lake.visible_files(SYSTEM, table))
            self._connection.execute(
                f'create view "landed_{table}" as select * from read_parquet([{files}], union_by_name = true)'
            )
        self._run("changes.sql")
        for table in ("user", "account", "lead", *_DEALS, *_ACTIVITIES):
            self._copy(table, _sql(f"change/{table}.sql"))
        self._copy("opportunity", _sql("change/opportunity_tombstone.sql"))
        self._run("change/new_activities.sql")
        for table in _ACTIVITIES:
            self._copy(table, _sql(f"raw/{table}.sql"))
        self._write_chunk((first, first + new_opportunities), (first_account, first_account + new_accounts))

    def complete(self) -> None:
        """Write dlt's line about the load: from here on it is visible."""
        path = self._lake.raw_dir / SYSTEM / "_dlt_loads" / f"{SYSTEM}__{self._load_id}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        moment = dt.datetime.fromtimestamp(float(self._load_id), dt.UTC)
        line = {"load_id": self._load_id, "schema_name": SYSTEM, "status": 0, "inserted_at": moment.isoformat()}
        path.write_text(json.dumps(line) + "\n", encoding="utf-8")
        self._lake.note_checked(SYSTEM, [table.name for table in load_contract(SYSTEM).tables], checked_at=moment)

    def _write_chunk(self, opportunities: tuple[int, int], accounts: tuple[int, int]) -> None:
        self._parameters(
            {
                "opportunity_from": opportunities[0],
                "opportunity_to": opportunities[1],
                "account_from": accounts[0],
                "account_to": accounts[1],
                "lead_from": opportunities[0] * 6 // 5,
                "lead_to": opportunities[1] * 6 // 5,
            }
        )
        for table in _MARKET:
            self._copy(table, _sql(f"raw/{table}.sql"))
        self._run("opportunities.sql")
        for table in _DEALS:
            self._copy(table, _sql(f"raw/{table}.sql"))
        self._run("activities.sql")
        for table in _ACTIVITIES:
            self._copy(table, _sql(f"raw/{table}.sql"))

    def _define(self) -> None:
        self._run("organisation.sql")
        counts = "select (select count(*) from closer), (select count(*) from sdr)"
        closers, sdrs = self._connection.execute(counts).fetchone() or (0, 0)
        self._parameters({"closers": closers, "sdrs": sdrs})
        self._run("market.sql")
        self._run("deal.sql")

    def _parameters(self, values: Mapping[str, object]) -> None:
        for name, value in values.items():
            self._connection.execute(f"create or replace macro {name}() as {_literal(value)}")

    def _run(self, name: str) -> None:
        self._connection.execute(_sql(name))

    def _copy(self, table_name: str, query: str) -> None:
        """Append the rows of a query to a raw table as one file, in the contract's columns and types."""
        table = load_contract(SYSTEM).table(table_name)
        found = [row[0] for row in self._connection.execute(f"describe {query}").fetchall()]
        number = self._files.get(table_name, 0)
        path = self._lake.raw_dir / SYSTEM / table_name / f"{self._load_id}.{number:010x}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = ", ".join([*_contract_columns(table, found), f"'{self._load_id}' as {LOAD_ID_COLUMN}"])
        written = self._connection.execute(f"copy (select {columns} from ({query})) to '{path}' (format parquet)")
        if (written.fetchone() or (0,))[0]:
            self._files[table_name] = number + 1
        else:
            path.unlink()


def _contract_columns(table: Table, found: list[str]) -> list[str]:
    """Select items in the order of the contract, custom fields behind them.

    Raises:
        ValueError: A query yields a column that is neither in the contract nor a custom field.
    """
    known = [column.name for column in table.columns]
    extra = [name for name in found if name not in known]
    if wrong := [name for name in extra if not name.endswith("__c")]:
        raise ValueError(f"{table.name}: {wrong} are not in the contract")
    items = [
        f"cast({chr(34) + column.name + chr(34) if column.name in found else 'null'} as {_duckdb_type(column.type)}) "
        f'as "{column.name}"'
        for column in table.columns
    ]
    return [*items, *(f'cast("{name}" as varchar) as "{name}"' for name in extra)]


def _duckdb_type(contract_type: str) -> str:
    return {"string": "varchar", "integer": "bigint", "timestamp": "timestamptz"}.get(contract_type, contract_type)


def _sql(name: str) -> str:
    return (SQL_DIR / name).read_text(encoding="utf-8")


def _literal(value: object) -> str:
    if isinstance(value, dt.date):
        return f"date '{value}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_literal(item) for item in value)}]"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _configure(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the sandbox company's configuration known: lists as macros, tables for what is joined."""
    stages = [hazards()["stages"][name] for name in OPEN_STAGES]
    lists: dict[str, object] = {
        "region_names": list(company()["regions"]),
        "industries": INDUSTRIES,
        "contact_titles": company()["contact_titles"],
        "company_first_names": names()["company_first"],
        "company_second_names": names()["company_second"],
    }
    for name, values in lists.items():
        connection.execute(f"create or replace macro {name}() as {_literal(values)}")
    for name in ("first", "last"):
        connection.execute(
            f"create or replace macro {name}_name(n) as pick({_literal(names()[name])}, u(n, '{name} name'))"
        )
    for name in ("advance", "lose"):
        rates = [float(stage[name]) for stage in stages]
        connection.execute(f"create or replace macro stage_{name}(s) as {_literal(rates)}[s + 1]")
    _table(
        connection,
        "configured_currency",
        "n bigint, code varchar, decimals integer, rate double, volatility double",
        [
            (n, code, values["decimals"], values["rate"], values["volatility"])
            for n, (code, values) in enumerate(company()["currencies"].items(), start=1)
        ],
    )
    _table(
        connection,
        "configured_product",
        "n bigint, code varchar, name varchar, family varchar, unit varchar, price double",
        [
            (n, item["code"], item["name"], item["family"], item["unit"], item["price"])
            for n, item in enumerate(company()["products"], start=1)
        ],
    )
    _table(
        connection,
        "configured_territory",
        "name varchar, region bigint, country varchar, currency varchar, legal_forms varchar[], cities varchar[]",
        [
            (
                name,
                region,
                values["country"],
                values["currency"],
                values["legal_forms"],
                [place[0] for place in values["places"]],
            )
            for region, entry in enumerate(company()["regions"].values())
            for name, values in entry["territories"].items()
        ],
    )


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    connection.execute(f"create or replace temp table {name} ({columns})")
    connection.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)


def write_history(lake: Lake, *, opportunities: int, seed: int = 7, as_of: dt.date, years: int = 4) -> BulkCompany:
    """Write a company's history as the first load of an empty lake, and the policy as its connector writes it.

    Args:
        lake: Its folder must be called ``lake``; the folder around it is the pipeline's data folder.
        opportunities: How many; all else follows in proportion.
        seed: Where all chance comes from.
        as_of: The day that builds will look at.
        years: Length of the history.

    Raises:
        ConfigurationError: The lake is not empty, or is not called ``lake``.
    """
    if lake.root.name != "lake":
        raise ConfigurationError("the folder must be called lake", where=str(lake.root), fix="Use <data dir>/lake.")
    if lake.completed_loads(SYSTEM):
        raise ConfigurationError("the lake has loads already", where=str(lake.root), fix="Use an empty folder.")
    bulk = BulkCompany(opportunities, seed, as_of, years)
    writer = BulkWriter(lake, bulk)
    writer.write_history()
    writer.complete()
    policy.load(load_settings(data_dir=lake.root.parent))
    bulk = replace(bulk, loads=1, opportunities_now=opportunities, accounts_now=bulk.accounts)
    _keep(lake, bulk)
    return bulk


def write_changes(lake: Lake, share: float) -> BulkCompany:
    """Append a load that changes a share of the opportunities.

    Of that share new versions with their history; a fifth as many new opportunities, ten activities for each, edits of
    old activities, leads and accounts, deletions, late arrivals and somebody who changes team.

    Args:
        lake: Written by `write_history`.
        share: Part of the live opportunities, between 0 and 1.

    Raises:
        ConfigurationError: The lake was not written here, or the as-of day has been reached.
    """
    bulk = read_company(lake)
    if bulk.load_day(bulk.loads) > bulk.as_of:
        raise ConfigurationError("the loads have reached the as-of day", where=str(lake.root), fix="Start anew.")
    new = max(1, round(0.2 * share * bulk.opportunities_now))
    new_accounts = max(1, round(0.1 * share * bulk.accounts_now))
    writer = BulkWriter(lake, bulk)
    writer.write_changes(share, new, new_accounts)
    writer.complete()
    bulk = replace(
        bulk,
        loads=bulk.loads + 1,
        opportunities_now=bulk.opportunities_now + new,
        accounts_now=bulk.accounts_now + new_accounts,
    )
    _keep(lake, bulk)
    return bulk


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.bulk_lake", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--lake", type=Path, required=True, help="<data dir>/lake")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--opportunities", type=int, help="write the history of so many opportunities")
    mode.add_argument("--change", type=float, help="append a load that changes this share of them")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=AS_OF)
    parser.add_argument("--years", type=int, default=4)
    given = parser.parse_args(arguments)
    lake = Lake(given.lake.absolute())
    started = time.monotonic()
    try:
        if given.change is not None:
            bulk = write_changes(lake, given.change)
        else:
            bulk = write_history(
                lake, opportunities=given.opportunities, seed=given.seed, as_of=given.as_of, years=given.years
            )
    except ConfigurationError as error:
        sys.exit(f"error: {error.line()}")
    seconds = time.monotonic() - started
    print(f"{bulk.opportunities_now:,} opportunities in {bulk.loads} loads, {seconds:.0f} s")


if __name__ == "__main__":
    main()
