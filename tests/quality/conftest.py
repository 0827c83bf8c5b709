"""A lake with a few Salesforce rows, landed as the connector lands them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from salesops_pipeline.contracts import LOAD_ID_COLUMN, load_contract
from salesops_pipeline.lake import Lake
from salesops_pipeline.settings import Settings, load_settings

Land = Callable[..., None]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


@pytest.fixture
def lake(settings: Settings) -> Lake:
    return settings.lake


@pytest.fixture
def land(lake: Lake) -> Land:
    """Land rows of one system as one completed load: ``land("salesforce", "100.5", opportunity=[{...}])``."""

    def _land(system: str, load_id: str, *, completed: bool = True, **tables: Sequence[Mapping[str, Any]]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        for name, rows in tables.items():
            schema = load_contract(system).table(name).arrow_schema()
            extra = {key for row in rows for key in row} - set(schema.names)
            for key in sorted(extra):
                schema = schema.append(pa.field(key, pa.string()))
            schema = schema.append(pa.field(LOAD_ID_COLUMN, pa.string()))
            table = pa.Table.from_pylist([{**row, LOAD_ID_COLUMN: load_id} for row in rows], schema=schema)
            path = lake.raw_dir / system / name / f"{load_id}.{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, path)
        if completed:
            line = lake.raw_dir / system / "_dlt_loads" / f"t__{load_id}.jsonl"
            line.parent.mkdir(parents=True, exist_ok=True)
            line.write_text(json.dumps({"load_id": load_id, "status": 0}), encoding="utf-8")

    return _land


def moment(day: int) -> dt.datetime:
    return dt.datetime(2026, 5, day, 12, tzinfo=dt.UTC)


def opportunity(number: int, **changes: Any) -> dict[str, Any]:
    """A sound Salesforce opportunity row."""
    return {
        "Id": f"006{number:015d}",
        "AccountId": "001A",
        "OwnerId": "005A",
        "Name": "secret plan",
        "StageName": "Closed Won",
        "Amount": 100,
        "Probability": 100,
        "CloseDate": dt.date(2026, 5, 3),
        "IsClosed": True,
        "IsWon": True,
        "CreatedDate": moment(1),
        "SystemModstamp": moment(2),
        "CurrencyIsoCode": "EUR",
        "IsDeleted": False,
        **changes,
    }


def surroundings() -> dict[str, list[dict[str, Any]]]:
    """The account, user and stage that the opportunities refer to."""
    return {
        "account": [{"Id": "001A", "Name": "A", "SystemModstamp": moment(1), "IsDeleted": False}],
        "user": [{"Id": "005A", "Name": "B", "IsActive": True, "SystemModstamp": moment(1)}],
        "opportunity_stage": [
            {
                "Id": "01JA",
                "MasterLabel": "Closed Won",
                "ApiName": "Closed Won",
                "IsClosed": True,
                "IsWon": True,
                "SystemModstamp": moment(1),
            }
        ],
    }
