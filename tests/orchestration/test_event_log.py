"""Events that are written with databases kept open are those that Dagster's own storage reads."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from salesops_pipeline.orchestration.event_log import OpenSqliteEventLogStorage
from salesops_pipeline.orchestration.instance import prepare_dagster_home
from salesops_pipeline.settings import load_settings


@dg.asset
def table() -> None: ...


def test_dagsters_own_storage_reads_what_ours_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "1")  # restored after the test
    home = prepare_dagster_home(load_settings(data_dir=tmp_path))
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, OpenSqliteEventLogStorage)
        runs = [dg.materialize([table], instance=instance).run_id for _ in range(6)]
        ours = {run: len(instance.all_logs(run)) for run in runs}
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.get() as instance:
        assert not isinstance(instance.event_log_storage, OpenSqliteEventLogStorage)
        assert {run: len(instance.all_logs(run)) for run in runs} == ours
        event = instance.get_latest_materialization_event(dg.AssetKey("table"))
        assert event is not None
        assert event.run_id == runs[-1]
