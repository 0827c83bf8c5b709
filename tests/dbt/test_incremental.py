"""Built step by step is the same as built at once: over random sequences of loads, late ones, deletions and days."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import cast

import duckdb
import pytest
from dbt.artifacts.schemas.run import RunResult
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from salesops_pipeline.lake import Lake
from tests.dbt.dbt_command import DBT_PROJECT_DIR
from tests.dbt.random_loads import START, files_load, policy_load, salesforce_load
from tests.dbt.raw_lake import write_load

SEQUENCES = 200
IN_EVERY_RUN = 6
"""`make test` builds that many of the sequences; the slow tests build them all."""


class InProcessDbt:
    """dbt in this process, with the project parsed once: a process for every build would take most of the time."""

    def __init__(self, root: Path) -> None:
        self._options = [
            *("--project-dir", str(DBT_PROJECT_DIR), "--profiles-dir", str(DBT_PROJECT_DIR)),
            *("--target-path", str(root / "target"), "--log-path", str(root / "logs")),
            *("--log-level", "none", "--log-level-file", "none", "--no-write-json", "--quiet"),
        ]
        self._manifest: Manifest | None = None
        # Every warehouse has this name, in a folder of its own: dbt calls the database by it.
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("SALESOPS_WAREHOUSE_PATH", str(root / "warehouse.duckdb"))
            self._manifest = cast(Manifest, self._invoke("parse").result)

    def run(self, lake: Lake, warehouse: Path, *arguments: str) -> None:
        """Build the models; fails with the messages of those that could not be built."""
        with pytest.MonkeyPatch.context() as environment:
            warehouse.parent.mkdir(exist_ok=True)
            environment.setenv("SALESOPS_LAKE_DIR", str(lake.root))
            environment.setenv("SALESOPS_WAREHOUSE_PATH", str(warehouse))
            outcome = self._invoke("run", *arguments)
        results = cast("list[RunResult]", outcome.result or [])
        broken = [f"{result.node.name}: {result.message}" for result in results if result.status == "error"]
        assert outcome.success, broken or outcome.exception

    def _invoke(self, *arguments: str):
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        try:
            return dbtRunner(manifest=self._manifest).invoke([*arguments, *self._options])
        finally:
            DuckDBConnectionManager.close_all_connections()


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessDbt]:
    before = dict(os.environ)
    yield InProcessDbt(tmp_path_factory.mktemp("dbt"))
    os.environ.clear()
    os.environ.update(before)


def differences(one: Path, other: Path) -> dict[str, list[tuple]]:
    """The rows by which two warehouses differ, by table."""
    found: dict[str, list[tuple]] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        tables = {
            name: connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables() "
                f"where database_name = '{name}' and schema_name <> 'tracking' order by 1"
            ).fetchall()
            for name in ("one", "other")
        }
        assert tables["one"] == tables["other"]
        for (table,) in tables["one"]:
            rows = connection.execute(
                f"select * from ((select 'one', * from one.{table} except all select 'one', * from other.{table})"
                f" union all (select 'other', * from other.{table} except all select 'other', * from one.{table}))"
                " limit 6"
            ).fetchall()
            if rows:
                found[table] = rows
    return found


class Sequence:
    """One random history of a lake and of the builds upon it."""

    def __init__(self, dbt: InProcessDbt, root: Path, seed: int) -> None:
        self.random = Random(seed)
        self.dbt = dbt
        self.root = root
        self.lake = Lake(root / "lake")
        self.warehouse = root / "step_by_step" / "warehouse.duckdb"
        self.as_of = (START + dt.timedelta(days=150)).date()
        self.known_at: dt.datetime | None = None
        self._now = START.timestamp()
        self._late = 0

    def load(self, *, everything: bool = False) -> None:
        """One or several load packages arrive; sometimes one that began before another ends after it."""
        random = self.random
        for _ in range(1 if everything else random.randint(1, 2)):
            self._now += random.randint(1, 10) * 86400
            self._late += 1  # a second of its own: load ids are unique
            began = self._now - 86400 * 12 + self._late if not everything and random.random() < 0.2 else self._now
            write_load(self.lake, "salesforce", f"{began:.1f}", salesforce_load(random, everything=everything))
            if everything or random.random() < 0.3:
                write_load(self.lake, "files", f"{self._now:.1f}", files_load(random))
            if everything or random.random() < 0.15:
                write_load(self.lake, "policy", f"{self._now:.1f}", policy_load(random))
        self.lake.note_checked("salesforce", ["account"], checked_at=dt.datetime.fromtimestamp(self._now, dt.UTC))

    def move(self) -> None:
        """The day moves on, or back; or a build looks at what was known earlier."""
        random = self.random
        self.as_of += dt.timedelta(days=random.choice((0, 0, 1, 1, 30, -20)))
        known = dt.datetime.fromtimestamp(self._now - 86400 * 15, dt.UTC)
        self.known_at = known if random.random() < 0.1 else None

    def build(self, *arguments: str) -> None:
        """Build upon what is there."""
        self._inputs()
        self.dbt.run(self.lake, self.warehouse, *arguments)

    def build_at_once(self) -> Path:
        """Build everything anew in another warehouse."""
        self._inputs()
        fresh = self.root / "at_once" / "warehouse.duckdb"
        self.dbt.run(self.lake, fresh)
        return fresh

    def _inputs(self) -> None:
        self.lake.write_catalog(known_at=self.known_at)
        self.lake.write_run_context(as_of=self.as_of)


def _follow(sequence: Sequence) -> None:
    sequence.load(everything=True)
    sequence.build()
    for _ in range(sequence.random.randint(1, 3)):
        sequence.load()
        sequence.move()
        if sequence.random.random() < 0.2:  # a build that ended before it was through
            sequence.build("--select", sequence.random.choice(("staging", "staging conformed", "+fct_opportunity")))
            sequence.load()
        sequence.build()


def _seeds() -> list:
    return [
        pytest.param(seed, marks=[] if seed < IN_EVERY_RUN else [pytest.mark.slow, pytest.mark.sequences])
        for seed in range(SEQUENCES)
    ]


@pytest.mark.parametrize("seed", _seeds())
def test_step_by_step_is_the_same_as_at_once(dbt: InProcessDbt, tmp_path: Path, seed: int) -> None:
    sequence = Sequence(dbt, tmp_path, seed)
    _follow(sequence)
    assert differences(sequence.warehouse, sequence.build_at_once()) == {}


def test_most_is_not_built_as_a_whole(dbt: InProcessDbt, tmp_path: Path) -> None:
    """Without this the test above could hold because everything is always built anew."""
    sequence = Sequence(dbt, tmp_path, seed=1)
    sequence.load(everything=True)
    sequence.build()
    sequence.load()
    sequence.as_of += dt.timedelta(days=1)
    sequence.build()
    with duckdb.connect(str(sequence.warehouse), read_only=True) as connection:
        modes = dict(
            connection.execute(
                "select mode, count(*) from tracking.model_builds where build = 2 group by mode"
            ).fetchall()
        )
    assert modes.get("changed", 0) > 20
    assert modes.get("unchanged", 0) > 20
    assert modes.get("full", 0) < 15
