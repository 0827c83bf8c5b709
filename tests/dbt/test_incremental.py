"""Built step by step is the same as built at once: over random sequences of loads, late ones, deletions and days."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from random import Random

import duckdb
import pytest

from salesops_pipeline.lake import Lake
from tests.dbt.in_process import InProcessDbt
from tests.dbt.random_loads import START, files_load, policy_load, salesforce_load
from tests.dbt.raw_lake import write_load

HISTORIES = 50
SEQUENCES_OF_A_HISTORY = 4
"""200 sequences in all. They share histories, so that not each of them has to begin with an empty warehouse."""
IN_EVERY_RUN = 2
"""`make test` follows that many of the histories, `make test-sequences` all."""


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
            content = "(select (count(*), sum(hash(t))) from {}.{} as t)"
            if connection.execute(
                f"select {content.format('one', table)} = {content.format('other', table)}"
            ).fetchone() == (True,):
                continue
            rows = connection.execute(
                f"select * from ((select 'one', * from one.{table} except all select 'one', * from other.{table})"
                f" union all (select 'other', * from other.{table} except all select 'other', * from one.{table}))"
                " limit 6"
            ).fetchall()
            if rows:
                found[table] = rows
    return found


class History:
    """One random history of a lake and of the builds upon it."""

    def __init__(self, dbt: InProcessDbt, root: Path, seed: int) -> None:
        self.random = Random(seed)
        self.dbt = dbt
        self.root = root
        self.lake = Lake(root / "lake")
        self.warehouse = root / "first" / "warehouse.duckdb"
        self.as_of = (START + dt.timedelta(days=150)).date()
        self.known_at: dt.datetime | None = None
        self._now = START.timestamp()
        self._late = 0
        self._fresh = 0

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
        self._fresh += 1
        fresh = self.root / f"at_once_{self._fresh}" / "warehouse.duckdb"
        self.dbt.run(self.lake, fresh)
        return fresh

    def go_on_with(self, fresh: Path) -> None:
        """Keep one of the two warehouses for what follows: the one built in steps, or the one built at once."""
        kept = self.random.choice((self.warehouse, fresh))
        for path in {self.warehouse, fresh} - {kept}:
            shutil.rmtree(path.parent)
        self.warehouse = kept

    def _inputs(self) -> None:
        self.lake.write_catalog(known_at=self.known_at)
        self.lake.write_run_context(as_of=self.as_of)


def _follow_a_sequence(history: History) -> None:
    random = history.random
    for _ in range(random.randint(1, 3)):
        history.load()
        history.move()
        if random.random() < 0.2:  # a build that ended before it was through
            history.build("--select", random.choice(("staging", "staging conformed", "+fct_opportunity")))
            history.load()
        history.build()


def _seeds() -> list:
    return [
        pytest.param(seed, marks=[] if seed < IN_EVERY_RUN else [pytest.mark.slow, pytest.mark.sequences])
        for seed in range(HISTORIES)
    ]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", _seeds())
def test_step_by_step_is_the_same_as_at_once(in_process: InProcessDbt, tmp_path: Path, seed: int) -> None:
    history = History(in_process, tmp_path, seed)
    history.load(everything=True)
    history.build()
    for number in range(1, SEQUENCES_OF_A_HISTORY + 1):
        _follow_a_sequence(history)
        fresh = history.build_at_once()
        assert differences(history.warehouse, fresh) == {}, f"after sequence {number}"
        history.go_on_with(fresh)
    shutil.rmtree(tmp_path)  # pytest keeps it otherwise: 30 MB for each of many


def test_most_is_not_built_as_a_whole(in_process: InProcessDbt, tmp_path: Path) -> None:
    """Without this the test above could hold because everything is always built anew."""
    history = History(in_process, tmp_path, seed=1)
    history.load(everything=True)
    history.build()
    history.load()
    history.as_of += dt.timedelta(days=1)
    history.build()
    with duckdb.connect(str(history.warehouse), read_only=True) as connection:
        modes = dict(
            connection.execute(
                "select mode, count(*) from tracking.model_builds where build = 2 group by mode"
            ).fetchall()
        )
    assert modes.get("changed", 0) > 20
    assert modes.get("unchanged", 0) > 20
    assert modes.get("full", 0) < 15
