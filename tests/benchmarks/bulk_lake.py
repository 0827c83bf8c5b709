"""Write the sandbox company's history straight into a lake, at any scale, and add loads that change a share of it.

The simulation (`salesops_pipeline.sandbox`) moves a company on day by day and holds it in memory; this writes the same
shape of data, with the same stages, hazards, currencies and products, as SQL over running numbers. Every attribute is a
function of the seed and the record's number, so a range of them can be written alone, the memory needed does not
grow with the scale, and the same arguments give the same rows.

    python -m tests.benchmarks.bulk_lake --lake data/lake --opportunities 1000000
    python -m tests.benchmarks.bulk_lake --lake data/lake --change 0.01
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from dataclasses import replace
from pathlib import Path

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.lake import Lake
from salesops_pipeline.settings import load_settings
from salesops_pipeline.sources.policy import source as policy
from tests.benchmarks.bulk.company import AS_OF, BulkCompany, keep_company, read_company
from tests.benchmarks.bulk.writer import SYSTEM, BulkWriter


def write_history(lake: Lake, *, opportunities: int, seed: int = 7, as_of: dt.date, years: int = 4) -> BulkCompany:
    """Write a company's history as the first load of an empty lake, and the policy as its connector writes it.

    Args:
        lake: Its folder must be called ``lake``; the folder around it is the pipeline's data folder.
        opportunities: How many; all else follows in proportion.
        seed: Where all chance comes from.
        as_of: The day that builds will look at.
        years: Length of the history.

    Raises:
        ConfigurationError: The lake is not empty, or is not called ``lake``.
    """
    if lake.root.name != "lake":
        raise ConfigurationError("the folder must be called lake", where=str(lake.root), fix="Use <data dir>/lake.")
    if lake.completed_loads(SYSTEM):
        raise ConfigurationError("the lake has loads already", where=str(lake.root), fix="Use an empty folder.")
    bulk = BulkCompany(opportunities, seed, as_of, years)
    writer = BulkWriter(lake, bulk)
    writer.write_history()
    writer.complete()
    policy.load(load_settings(data_dir=Path(str(lake.root)).parent))
    bulk = replace(bulk, loads=1, opportunities_now=opportunities, accounts_now=bulk.accounts)
    keep_company(lake, bulk)
    return bulk


def write_changes(lake: Lake, share: float) -> BulkCompany:
    """Append a load that changes a share of the opportunities.

    Of that share new versions with their history; a fifth as many new opportunities, ten activities for each, edits of
    old activities, leads and accounts, deletions, late arrivals and somebody who changes team.

    Args:
        lake: Written by `write_history`.
        share: Part of the live opportunities, between 0 and 1.

    Raises:
        ConfigurationError: The lake was not written here, or the as-of day has been reached.
    """
    bulk = read_company(lake)
    if bulk.load_day(bulk.loads) > bulk.as_of:
        raise ConfigurationError("the loads have reached the as-of day", where=str(lake.root), fix="Start anew.")
    new = max(1, round(0.2 * share * bulk.opportunities_now))
    new_accounts = max(1, round(0.1 * share * bulk.accounts_now))
    writer = BulkWriter(lake, bulk)
    writer.write_changes(share, new, new_accounts)
    writer.complete()
    bulk = replace(
        bulk,
        loads=bulk.loads + 1,
        opportunities_now=bulk.opportunities_now + new,
        accounts_now=bulk.accounts_now + new_accounts,
    )
    keep_company(lake, bulk)
    return bulk


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.bulk_lake", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--lake", type=Path, required=True, help="<data dir>/lake")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--opportunities", type=int, help="write the history of so many opportunities")
    mode.add_argument("--change", type=float, help="append a load that changes this share of them")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=AS_OF)
    parser.add_argument("--years", type=int, default=4)
    given = parser.parse_args(arguments)
    lake = Lake(given.lake.absolute())
    started = time.monotonic()
    try:
        if given.change is not None:
            bulk = write_changes(lake, given.change)
        else:
            bulk = write_history(
                lake, opportunities=given.opportunities, seed=given.seed, as_of=given.as_of, years=given.years
            )
    except ConfigurationError as error:
        sys.exit(f"error: {error.line()}")
    seconds = time.monotonic() - started
    print(f"{bulk.opportunities_now:,} opportunities in {bulk.loads} loads, {seconds:.0f} s")


if __name__ == "__main__":
    main()
