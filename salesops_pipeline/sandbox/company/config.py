"""The written numbers of the simulation: structure (company.yml), rates (hazards.yml) and names (names.yml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def _load(name: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"{name}.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def company() -> dict[str, Any]:
    """Regions, territories, roles, products, currencies."""
    return _load("company")


def hazards() -> dict[str, Any]:
    """Rates and distributions: what happens how often."""
    return _load("hazards")


def names() -> dict[str, list[str]]:
    """Invented first names, last names and parts of company names."""
    return _load("names")


def territory(name: str) -> dict[str, Any]:
    """The settings of a sales territory.

    Raises:
        KeyError: No region has a territory of that name.
    """
    for region in company()["regions"].values():
        if name in region["territories"]:
            return region["territories"][name]
    raise KeyError(name)
