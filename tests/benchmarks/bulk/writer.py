"""Writing one load of the bulk company: queries over running numbers, copied to Parquet one file at a time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import duckdb

from salesops_pipeline.contracts import LOAD_ID_COLUMN, Table, load_contract
from salesops_pipeline.lake import Lake
from tests.benchmarks.bulk.company import BulkCompany
from tests.benchmarks.bulk.configuration import configure, literal

SYSTEM = "salesforce"
SQL_DIR = Path(__file__).parent / "sql"

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
        configure(self._connection)

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
            self._connection.execute(f"create or replace macro {name}() as {literal(value)}")

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
