"""(a) A full build against the same compiled SQL in one bare DuckDB process."""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path

from salesops_pipeline.settings import Settings
from tests.benchmarks.bulk.company import AS_OF
from tests.benchmarks.measure import Measured, run_measured, tool
from tests.benchmarks.pipeline import environment, fresh_copy, prepared_lake
from tests.benchmarks.results import Figure, Result

TARGET_RATIO = 1.25


def measure(work: Path, opportunities: int, repetitions: int) -> Result:
    """Build with dbt and replay the compiled SQL, turn by turn on the same lake; then build once more with tests."""
    settings = fresh_copy(prepared_lake(work, opportunities), work / "bare_duckdb")
    settings.lake.write_catalog()
    settings.lake.write_run_context(as_of=AS_OF)
    settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
    builds, replays = [], []
    for _ in range(repetitions):
        builds.append(_dbt(settings, "run"))
        replays.append(_replay(settings))
    tested = _dbt(settings, "build", "--exclude-resource-type", "unit_test")
    shutil.rmtree(settings.data_dir)
    return _result(opportunities, builds, tested, replays)


def _dbt(settings: Settings, *command: str) -> Measured:
    for file in settings.warehouse_path.parent.glob("warehouse.duckdb*"):
        file.unlink()
    target = settings.data_dir / "target"
    return run_measured(
        [tool("dbt"), "--quiet", *command, "--target-path", str(target), "--log-path", str(target / "logs")],
        env={
            **environment(settings),
            "SALESOPS_LAKE_DIR": str(settings.lake.root),
            "SALESOPS_WAREHOUSE_PATH": str(settings.warehouse_path),
        },
        cwd=settings.dbt_project_dir,
        log=settings.data_dir / "benchmark.log",
    )


def _replay(settings: Settings) -> Measured:
    database = settings.data_dir / "replay" / settings.warehouse_path.name
    shutil.rmtree(database.parent, ignore_errors=True)
    database.parent.mkdir()
    command = [sys.executable, "-m", "tests.benchmarks.replay", str(settings.data_dir / "target"), str(database)]
    measured = run_measured(command, log=settings.data_dir / "replay.log")
    shutil.rmtree(database.parent)
    return measured


def _result(opportunities: int, builds: list[Measured], tested: Measured, replays: list[Measured]) -> Result:
    ratios = [build.seconds / bare.seconds for build, bare in zip(builds, replays, strict=True)]
    ratio = statistics.median(ratios)
    with_tests = tested.seconds / statistics.median(bare.seconds for bare in replays)
    processor = statistics.median(b.cpu_seconds / bare.cpu_seconds for b, bare in zip(builds, replays, strict=True))
    rows = [
        (
            name,
            f"{min(m.seconds for m in found):.0f}",
            f"{statistics.median(m.seconds for m in found):.0f}",
            f"{statistics.median(m.cpu_seconds for m in found):.0f}",
            f"{max(m.peak_bytes for m in found) / 2**30:.1f}",
        )
        for name, found in (("dbt, models only", builds), ("dbt, models and tests", [tested]), ("bare DuckDB", replays))
    ]
    return Result(
        "a",
        "Full build against the same SQL in bare DuckDB",
        f"{opportunities:,} opportunities, {len(ratios)} turns",
        "One turn builds an empty warehouse with dbt (start-up and parsing included) and runs the SQL dbt compiled in "
        "one DuckDB process with the same settings on the same lake. Then dbt builds once with all data tests.",
        (
            Figure(
                "models / bare DuckDB",
                f"{ratio:.2f} x",
                f"<= {TARGET_RATIO} x",
                ratio <= TARGET_RATIO,
                "Median of the turns; dbt's checks of column types, comments and change notes are in it.",
            ),
            Figure(
                "the same in processor time",
                f"{processor:.2f} x",
                note="A busy machine distorts it less than wall time.",
            ),
            Figure(
                "models and tests / bare DuckDB", f"{with_tests:.2f} x", note="The tests' share of a run is in (d)."
            ),
        ),
        (("", "fastest s", "median s", "processor s", "peak GB"), *rows),
    )
