"""A load of the org that is killed and run again ends with exactly the rows of an undisturbed one."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.sandbox import simulation
from salesops_pipeline.settings import Settings, load_settings
from salesops_pipeline.sources.salesforce.source import load
from tests.sources.salesforce.conftest import Connect

HELPER = Path(__file__).with_name("kill_salesforce_load.py")
MOMENTS = (0.15, 0.45, 0.7, 0.9)


def all_versions(settings: Settings) -> Counter[tuple[object, ...]]:
    """Every visible row of every table with how often it is there, without the load id."""
    import pyarrow.parquet as pq

    return Counter(
        (table.name, *(value for name, value in row.items() if name != "_dlt_load_id"))
        for table in load_contract("salesforce").tables
        for path in settings.lake.visible_files("salesforce", table.name)
        for row in pq.read_table(path).to_pylist()
    )


@pytest.mark.parametrize("first_load", [True, False], ids=["first load", "later load"])
def test_killed_at_any_moment(tmp_path: Path, connect: Connect, first_load: bool) -> None:
    simulation.create(tmp_path / "sandbox", seed=3, people=6, years=0.25, until=dt.date(2026, 9, 30))
    (tmp_path / "before").mkdir()
    with connect(tmp_path / "sandbox", name="before") as connection:
        if not first_load:
            load(connection.settings)
            simulation.advance(tmp_path / "sandbox", days=5)
        environment = os.environ | {
            "SALESOPS_SALESFORCE_INSTANCE_URL": connection.server.url,
            "SALESOPS_SALESFORCE_CLIENT_ID": connection.server.client_id,
            "SALESOPS_SALESFORCE_CLIENT_SECRET": connection.server.client_secret,
        }
        names = [f"at_{moment}={moment}" for moment in MOMENTS]
        done = subprocess.run(
            [sys.executable, str(HELPER), str(tmp_path), *names],
            env=environment, capture_output=True, text=True, timeout=300, check=True,
        )  # fmt: skip
    calm, *killed = [line.split() for line in done.stdout.splitlines()]
    assert calm == ["calm", "0"], done.stderr
    expected = all_versions(load_settings(data_dir=tmp_path / "calm"))
    assert len(killed) == len(MOMENTS)
    assert any(signal == "9" for _, signal, _ in killed)
    for name, _, again in killed:
        assert again == "0", done.stderr
        assert all_versions(load_settings(data_dir=tmp_path / name)) == expected, name
