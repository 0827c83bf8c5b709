"""What the process tests run in processes of their own: publishers that get killed, readers that must not notice.

``python -m tests.publishing.processes publish DATA_DIR`` publishes the warehouse again and again until it is killed;
``… read DATA_DIR STOP_FILE`` reads the current version again and again and prints a JSON line when the file appears.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

from salesops_pipeline.publishing.candidate import build_candidate
from salesops_pipeline.publishing.versions import current_link, open_verified, promote
from salesops_pipeline.settings import load_settings
from tests.publishing.conftest import certificate_of


def publish_forever(data_dir: Path) -> None:
    settings = load_settings(data_dir=data_dir, keep_versions=3)
    print("ready", flush=True)  # noqa: T201
    while True:
        candidate = build_candidate(settings)
        promote(settings, candidate, certificate_of(candidate))


def read_until(data_dir: Path, stop_file: Path) -> None:
    settings = load_settings(data_dir=data_dir, keep_versions=3)
    link = current_link(settings)
    reads, errors, amounts = 0, [], set()
    print("ready", flush=True)  # noqa: T201
    while not stop_file.exists():
        try:
            with duckdb.connect(str(link / "salesops.duckdb"), read_only=True) as connection:
                found = connection.execute(
                    "select reporting_amount from core.fct_opportunity union select won_amount from marts.mart_bookings"
                ).fetchall()
            parquet = open_verified(settings).parquet_dir / "core" / "fct_opportunity.parquet"
            with duckdb.connect(":memory:") as connection:
                connection.execute(f"select count(distinct reporting_amount) from '{parquet}'").fetchall()
            if len(found) != 1:
                errors.append(f"one version, several amounts: {found}")
            amounts.update(str(amount) for (amount,) in found)
            reads += 1
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
    print(json.dumps({"reads": reads, "errors": errors, "amounts": sorted(amounts)}), flush=True)  # noqa: T201


if __name__ == "__main__":
    command, *paths = sys.argv[1:]
    if command == "publish":
        publish_forever(Path(paths[0]))
    else:
        read_until(Path(paths[0]), Path(paths[1]))
