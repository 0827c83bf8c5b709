"""What the process tests run in processes of their own: publishers that get killed, readers that must not notice.

``python -m tests.publishing.processes publish DATA_DIR [URL]`` publishes the warehouse again and again until it is
killed; ``… read DATA_DIR STOP_FILE`` and ``… query URL MODE STOP_FILE`` read the current version again and again, from
files or from PostgreSQL, and print a JSON line when the file appears.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.versions import current_link, open_verified, promote
from salesops_pipeline.settings import load_settings
from tests.publishing.conftest import certificate_of


def publish_forever(data_dir: Path, postgres_url: str = "") -> None:
    settings = load_settings(data_dir=data_dir, keep_versions=3, publish_postgres_url=postgres_url)
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


def query_until(url: str, mode: str, stop_file: Path) -> None:
    """Read both schemas in one statement, or one after the other in one REPEATABLE READ transaction."""
    import psycopg

    reads, errors, amounts = 0, [], set()
    core = (
        "select min(reporting_amount), max(reporting_amount), count(distinct reporting_amount) "
        "from core.fct_opportunity"
    )
    marts = "select won_amount from marts.mart_bookings"
    with psycopg.connect(url, autocommit=True) as connection:
        print("ready", flush=True)  # noqa: T201
        while not stop_file.exists():
            try:
                if mode == "statement":
                    found = connection.execute(f"select * from ({core}) c, ({marts}) m".encode()).fetchall()[0]
                else:
                    with connection.transaction():
                        connection.execute("set transaction isolation level repeatable read")
                        found = connection.execute(core.encode()).fetchall()[0]
                        time.sleep(0.01)
                        found += connection.execute(marts.encode()).fetchall()[0]
                if not (len(found) == 4 and found[0] == found[1] == found[3] and found[2] == 1):
                    errors.append(f"one version, several amounts: {found}")
                amounts.add(str(found[0]))
                reads += 1
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")
    print(json.dumps({"reads": reads, "errors": errors, "amounts": sorted(amounts)}), flush=True)  # noqa: T201


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    match command:
        case "publish":
            publish_forever(Path(arguments[0]), *arguments[1:])
        case "query":
            query_until(arguments[0], arguments[1], Path(arguments[2]))
        case _:
            read_until(Path(arguments[0]), Path(arguments[1]))
