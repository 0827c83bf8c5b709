"""How likely an opportunity moves: the hazard table applied to it, and the win chance that follows."""

from __future__ import annotations

import datetime as dt
import math
from typing import NamedTuple

from salesops_pipeline.sandbox.company.clock import fiscal_quarter
from salesops_pipeline.sandbox.company.config import company, hazards
from salesops_pipeline.sandbox.company.stages import OPEN_STAGES
from salesops_pipeline.sandbox.company.world import Row, World

_SWEEPS = 20
_CAP = 0.9


class Hazard(NamedTuple):
    """Chances per working day in one stage."""

    advance: float
    lose: float
    regress: float


def odds(world: World, opportunity: Row) -> float:
    """What multiplies the odds of moving on: the kind of business, the product, the source, the seller, luck."""
    table, latent = hazards()["odds"], world.latent["opportunity"][opportunity["Id"]]
    return (
        table["type"][opportunity["Type"]]
        * table["family"][latent["family"]]
        * table["source"].get(opportunity["LeadSource"], 1.0)
        * world.latent["person"][opportunity["OwnerId"]]["skill"]
        * latent["quality"]
    )


def pace(world: World, opportunity: Row, segment: str | None) -> float:
    """What multiplies all hazards of an opportunity alike, the season apart."""
    table = hazards()["pace"]
    segment_pace = company()["segments"][segment]["pace"] if segment else 1.0
    neglected = table["neglected"] if world.latent["opportunity"][opportunity["Id"]]["neglected"] else 1.0
    return table["type"][opportunity["Type"]] * segment_pace * neglected


def season(day: dt.date) -> float:
    """Decisions pile up at the end of a fiscal quarter."""
    days_left = (fiscal_quarter(day).end - day).days
    return next(entry["factor"] for entry in hazards()["season"] if days_left <= entry["days_left"])


def hazard(stage: str, odds_factor: float, pace_factor: float) -> Hazard:
    """The daily chances in a stage; scaled down together where they would exceed 0.9."""
    base, root = hazards()["stages"][stage], math.sqrt(odds_factor)
    values = [base["advance"] * root * pace_factor, base["lose"] / root * pace_factor, base["regress"] * pace_factor]
    scale = min(1.0, _CAP / sum(values))
    return Hazard(*(value * scale for value in values))


def win_chance(odds_factor: float, stage: str) -> float:
    """The chance that an opportunity in a stage is won in the end, if its odds stay as they are.

    The stages are a Markov chain with two absorbing ends; W(s) = (a W(next) + r W(previous)) / (a + l + r), solved by
    repeated substitution. Pace and season multiply all hazards alike and drop out.
    """
    skip = hazards()["skip_stage_chance"]
    chances = [0.0] * len(OPEN_STAGES) + [1.0]
    last = len(OPEN_STAGES) - 1
    table = [hazard(name, odds_factor, 1.0) for name in OPEN_STAGES]
    for _ in range(_SWEEPS):
        for index in range(last, -1, -1):
            rates = table[index]
            ahead = chances[index + 1]
            if index + 2 <= last:
                ahead = (1 - skip) * ahead + skip * chances[index + 2]
            behind = chances[index - 1] if index else 0.0
            chances[index] = (rates.advance * ahead + rates.regress * behind) / sum(rates)
    return chances[OPEN_STAGES.index(stage)]
