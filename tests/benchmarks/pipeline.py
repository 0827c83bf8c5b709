"""Running the pipeline for a benchmark: lakes made once, runs from lake to published version."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from salesops_pipeline.lake import Lake
from salesops_pipeline.settings import Settings, load_settings
from tests.benchmarks.bulk_lake import AS_OF, read_company, state_file, write_history
from tests.benchmarks.measure import Measured, run_measured, tool


@dataclass(frozen=True)
class PipelineRun:
    """One `salesops run`: what it cost, and the seconds of each of its steps in the order in which they ran."""

    measured: Measured
    steps: dict[str, float]
    dbt_seconds: dict[str, float]
    """Seconds of dbt's nodes by resource type, `model` and `test`; several run at once, so they exceed the step's."""
    dbt_elapsed: float
    """Seconds in which dbt executed nodes; 0 where it was not called."""


def settings_for(data_dir: Path) -> Settings:
    """The settings of a benchmark's pipeline."""
    return load_settings(data_dir=data_dir, files_dirs=(), salesforce_instance_url="")


def prepared_lake(work: Path, opportunities: int) -> Lake:
    """A lake with a bulk history, written if it is not there yet. Nobody may write in it: take a `fresh_copy`."""
    lake = Lake(work / "lakes" / str(opportunities) / "lake")
    if not state_file(lake).exists():
        shutil.rmtree(lake.root.parent, ignore_errors=True)
        write_history(lake, opportunities=opportunities, as_of=AS_OF)
    if read_company(lake).loads != 1:
        raise RuntimeError(f"{lake.root} was written in; remove its folder")
    return lake


def fresh_copy(lake: Lake, data_dir: Path) -> Settings:
    """A new data folder with the lake in it; raw files are linked, since nobody ever changes one in place."""
    shutil.rmtree(data_dir, ignore_errors=True)
    shutil.copytree(lake.root.parent, data_dir, copy_function=_link_or_copy)
    return settings_for(data_dir)


def _link_or_copy(source: str, target: str) -> None:
    if source.endswith(".parquet"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def environment(settings: Settings) -> dict[str, str]:
    """The environment variables with which a command of ours uses a data folder and nothing else."""
    return {
        "SALESOPS_DATA_DIR": str(settings.data_dir),
        "SALESOPS_FILES_DIRS": "",
        "SALESOPS_SALESFORCE_INSTANCE_URL": "",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
    }


def run_pipeline(settings: Settings, *, as_of: str = AS_OF.isoformat()) -> PipelineRun:
    """`salesops run` in a process of its own, from the lake as it is to a published version and its reports.

    Raises:
        BenchmarkError: The run failed.
    """
    started = time.time()
    measured = run_measured(
        [tool("salesops"), "run", "--as-of", as_of],
        env=environment(settings),
        log=settings.data_dir / "benchmark.log",
    )
    found = last_run_results(settings)
    seconds, elapsed = _dbt_seconds(found) if found and found.stat().st_mtime >= started else ({}, 0.0)
    return PipelineRun(measured, _steps_of_last_run(settings), seconds, elapsed)


def _steps_of_last_run(settings: Settings) -> dict[str, float]:
    """Seconds per step of the newest run in Dagster's own storage."""
    import dagster as dg

    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    with dg.DagsterInstance.get() as instance:
        (run,) = instance.get_run_records(limit=1)
        stats = instance.get_run_step_stats(run.dagster_run.run_id)
    found = [step for step in stats if step.start_time and step.end_time]
    return {
        step.step_key: (step.end_time or 0) - (step.start_time or 0)
        for step in sorted(found, key=lambda step: step.start_time or 0)
    }


def last_run_results(settings: Settings) -> Path | None:
    """dbt's ``run_results.json`` of the newest invocation; None where dbt has not run."""
    files = sorted((settings.data_dir / "dbt").rglob("run_results.json"), key=lambda path: path.stat().st_mtime)
    return files[-1] if files else None


def _dbt_seconds(run_results: Path) -> tuple[dict[str, float], float]:
    content = json.loads(run_results.read_text(encoding="utf-8"))
    seconds: dict[str, float] = {}
    for result in content["results"]:
        kind = result["unique_id"].split(".")[0]
        seconds[kind] = seconds.get(kind, 0.0) + result["execution_time"]
    return seconds, content["elapsed_time"]


class FirstRuns:
    """First runs on fresh data folders, one per scale, shared by the benchmarks that need one.

    Args:
        work: Where lakes and data folders lie.
    """

    def __init__(self, work: Path) -> None:
        self._work = work
        self._runs: dict[int, tuple[Settings, PipelineRun]] = {}

    def of(self, opportunities: int) -> tuple[Settings, PipelineRun]:
        """The data folder of a scale and its first run; measured when first asked for."""
        if opportunities not in self._runs:
            settings = fresh_copy(prepared_lake(self._work, opportunities), self._work / "runs" / str(opportunities))
            self._runs[opportunities] = settings, run_pipeline(settings)
        return self._runs[opportunities]

    def remove(self, opportunities: int) -> None:
        """Delete the data folder of a scale; what was measured stays known."""
        shutil.rmtree(self._work / "runs" / str(opportunities), ignore_errors=True)
