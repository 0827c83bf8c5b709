"""Create the sandbox company and move it on in time.

The company lives in ``<sandbox_dir>/company.sqlite``. Each day is simulated from the state of the evening before and a
random generator that depends on nothing but the seed and the day, so it makes no difference whether days are simulated
at once or one by one. Beside the books there are ``exports/`` (what people keep in spreadsheets) and ``truth/`` (what
was planted; only tests read it).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from salesops_pipeline.errors import UserError
from salesops_pipeline.sandbox.company import (
    accounts,
    activities,
    campaigns,
    corrections,
    currencies,
    customers,
    duplicates,
    exports,
    leads,
    merges,
    opportunities,
    organisation,
    periods,
    products,
    progress,
    quotas,
    splits,
    stages,
    territories,
    truth,
)
from salesops_pipeline.sandbox.company.world import World
from salesops_pipeline.sandbox.ids import BASE62
from salesops_pipeline.sandbox.schema import SOBJECTS
from salesops_pipeline.sandbox.store import FILE_NAME, Store

Progress = Callable[[int, int], None]
"""Called with (days done, days in total) after each simulated day."""

MAX_PEOPLE, MAX_YEARS = 2000, 15

_FOUNDING = (
    organisation.found_users,
    periods.founding,
    stages.founding,
    currencies.founding,
    territories.founding,
    splits.founding,
    products.founding,
    organisation.founding,
    accounts.founding,
    duplicates.founding,
    customers.founding,
    opportunities.founding,
)
_DAILY = (
    periods.daily,
    currencies.daily,
    organisation.daily,
    quotas.daily,
    products.daily,
    corrections.nightly,
    activities.daily,
    campaigns.daily,
    leads.daily,
    accounts.daily,
    duplicates.daily,
    customers.daily,
    progress.daily,
    opportunities.daily,
    corrections.daily,
    merges.daily,
)


@dataclass(frozen=True)
class CompanySummary:
    """What a new company looks like.

    Attributes:
        seed: The seed it grew from.
        start: First simulated day.
        today: Last simulated day.
        people: Sellers at founding.
        rows: Rows per object of the org.
    """

    seed: int
    start: dt.date
    today: dt.date
    people: int
    rows: dict[str, int]


@dataclass(frozen=True)
class AdvanceSummary:
    """What happened while the company moved on; counts per object, objects without any left out.

    Attributes:
        before: The day it stood at.
        today: The day it stands at now.
        new: Rows that were created.
        changed: Rows from before that were changed by somebody or by a system job.
        late_edited: Corrections of what had long been closed.
        deleted: Rows that went to the recycle bin.
        undeleted: Rows that came back from it.
        merged: Rows that were merged into another one.
    """

    before: dt.date
    today: dt.date
    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    late_edited: dict[str, int] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    undeleted: dict[str, int] = field(default_factory=dict)
    merged: dict[str, int] = field(default_factory=dict)


def create(
    sandbox_dir: Path,
    *,
    until: dt.date,
    seed: int = 7,
    people: int = 60,
    years: float = 3,
    start: dt.date | None = None,
    overwrite: bool = False,
    on_progress: Progress | None = None,
) -> CompanySummary:
    """Simulate a company from its first day to ``until``; the folder then holds it complete or, on failure, not at all.

    Args:
        sandbox_dir: Where it lives.
        until: Last simulated day.
        seed: The same seed and dates give the same company, row for row.
        people: Sellers on the first day; managers come on top.
        years: Length of the history.
        start: First day; ``years`` before ``until`` when None.
        overwrite: Replace a company that is there already.
        on_progress: Called after each day.

    Raises:
        UserError: There is a company already, or a number is out of range.
    """
    path = sandbox_dir / FILE_NAME
    if path.exists() and not overwrite:
        raise UserError(
            "there is already a sandbox company",
            where=str(sandbox_dir),
            fix="Move it on with `salesops sandbox advance`, or delete that folder to start anew.",
        )
    if not 1 <= people <= MAX_PEOPLE:
        raise UserError(f"{people} people cannot be simulated", where="--people", fix=f"Use 1 to {MAX_PEOPLE}.")
    start = start or until - dt.timedelta(days=round(_checked(years) * 365.25))
    if not dt.timedelta(0) <= until - start <= dt.timedelta(days=MAX_YEARS * 366):
        raise UserError(
            f"a company from {start} until {until} cannot be simulated",
            where="--years and --until",
            fix=f"Use up to {MAX_YEARS} years.",
        )
    partial = path.with_name(f".{FILE_NAME}.partial")
    with Store.create(partial) as store:
        store.create_indexes()
        with store.transaction():
            _write_meta(store, seed=seed, people=people, years=years, start=start)
            world = World.load(store)
            for step in _FOUNDING:
                step(world)
            _live_through(world, until, on_progress)
            world.save()
        _write_beside(world, sandbox_dir)
        summary = CompanySummary(seed, start, until, people, _row_counts(store))
        store.connection.execute("analyze")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    partial.replace(path)
    return summary


def advance(sandbox_dir: Path, *, days: int, on_progress: Progress | None = None) -> AdvanceSummary:
    """Let ``days`` more days pass; on failure the company stays where it was.

    Raises:
        UserError: There is no company, or ``days`` is not positive.
    """
    if days < 1:
        raise UserError(f"the company cannot advance by {days} days", where="--days", fix="Use 1 or more.")
    with Store.open(sandbox_dir) as store, store.transaction():
        world = World.load(store)
        before = world.day
        world.day += dt.timedelta(days=1)
        _live_through(world, before + dt.timedelta(days=days), on_progress)
        world.save()
        _write_beside(world, sandbox_dir)
    return _advance_summary(world, before)


def today(sandbox_dir: Path) -> dt.date | None:
    """The last simulated day, or None if there is no company."""
    if not (sandbox_dir / FILE_NAME).exists():
        return None
    with Store.open(sandbox_dir, read_only=True) as store:
        day = store.meta("today")
    return dt.date.fromisoformat(day) if day else None


def _checked(years: float) -> float:
    if not 0 < years <= MAX_YEARS:
        raise UserError(f"{years:g} years cannot be simulated", where="--years", fix=f"Use up to {MAX_YEARS} years.")
    return years


def _live_through(world: World, until: dt.date, on_progress: Progress | None) -> None:
    """Simulate from the world's day to ``until``, both included."""
    first, total = world.day, (until - world.day).days + 1
    for done in range(total):
        world.day = first + dt.timedelta(days=done)
        for step in _DAILY:
            step(world)
        if on_progress:
            on_progress(done + 1, total)


def _write_meta(store: Store, *, seed: int, people: int, years: float, start: dt.date) -> None:
    """Facts of the org, and credentials that look real and open nothing but the emulated API of this company."""
    rng = Random(f"{seed}/org")
    pod = "".join(rng.choices(BASE62, k=2))
    secret = hashlib.sha256(f"sandbox company {seed}".encode()).hexdigest().upper()
    facts = {
        "seed": seed,
        "people": people,
        "years": years,
        "start": start.isoformat(),
        "today": start.isoformat(),
        "pod": pod,
        "client_id": "3MVG9" + "".join(rng.choices(BASE62, k=60)),
        "client_secret": secret,
    }
    for key, value in facts.items():
        store.set_meta(key, value)


def _write_beside(world: World, sandbox_dir: Path) -> None:
    """Before the books are final: whoever is interrupted here repeats the whole step and gets the same files."""
    exports.write(world, sandbox_dir / "exports")
    truth.write(world, sandbox_dir / "truth")


def _row_counts(store: Store) -> dict[str, int]:
    return {name: store.query(f'select count(*) from "{name}"')[0][0] for name in SOBJECTS}


def _advance_summary(world: World, before: dt.date) -> AdvanceSummary:
    def counted(what: str) -> dict[str, int]:
        return {sobject: count for (kind, sobject), count in sorted(world.counts.items()) if kind == what}

    changed: dict[str, int] = {}
    for sobject, _ in world.changed:
        changed[sobject] = changed.get(sobject, 0) + 1
    return AdvanceSummary(
        before=before,
        today=world.day,
        new=counted("new"),
        changed=dict(sorted(changed.items())),
        late_edited=counted("late edited"),
        deleted=counted("deleted"),
        undeleted=counted("undeleted"),
        merged=counted("merged"),
    )
