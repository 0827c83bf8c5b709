"""Products on an opportunity: lines whose totals sum to its amount."""

from __future__ import annotations

from random import Random

from salesops_pipeline.sandbox.company import products
from salesops_pipeline.sandbox.company.config import hazards
from salesops_pipeline.sandbox.company.money import from_minor, line_total, to_minor
from salesops_pipeline.sandbox.company.world import Row, World

FAMILIES = ("Platform", "Analytics", "Integration", "Services")
_MAIN_SHARE = (0.6, 1.0)


def _lines(world: World, opportunity: Row) -> list[Row]:
    return world.children("OpportunityLineItem", opportunity["Id"])


def total(world: World, opportunity: Row) -> float:
    """The sum of the lines, exact to the minor unit."""
    currency = opportunity["CurrencyIsoCode"]
    return from_minor(sum(to_minor(row["TotalPrice"], currency) for row in _lines(world, opportunity)), currency)


def add(world: World, opportunity: Row, target: float, family: str, rng: Random, at: str, by: str) -> float:
    """Put products on an opportunity that come close to ``target``. Returns the sum of the lines."""
    share = rng.uniform(*_MAIN_SHARE)
    parts = [(family, share), (rng.choice([name for name in FAMILIES if name != family]), 1 - share)]
    discount = rng.choice([0.0, 0.0, 0.0, 5.0, 7.5, 10.0, 12.5, 15.0, 20.0])
    for position, (part_family, part) in enumerate(parts, start=1):
        if part >= 0.1:
            _line(world, opportunity, target * part, part_family, discount, position, rng, at, by)
    return total(world, opportunity)


def _line(
    world: World,
    opportunity: Row,
    target: float,
    family: str,
    discount: float,
    position: int,
    rng: Random,
    at: str,
    by: str,
) -> None:
    currency = opportunity["CurrencyIsoCode"]
    entry = rng.choice(products.entries(world, opportunity["Pricebook2Id"], currency, family))
    quantity = max(1, round(target / (entry["UnitPrice"] * (1 - discount / 100))))
    world.new(
        "OpportunityLineItem",
        at,
        by,
        OpportunityId=opportunity["Id"],
        SortOrder=position,
        PricebookEntryId=entry["Id"],
        Product2Id=entry["Product2Id"],
        ProductCode=entry["ProductCode"],
        Name=f"{opportunity['Name']} {entry['Name']}"[:376],
        CurrencyIsoCode=currency,
        Quantity=float(quantity),
        UnitPrice=entry["UnitPrice"],
        ListPrice=entry["UnitPrice"],
        Discount=discount,
        TotalPrice=line_total(quantity, entry["UnitPrice"], discount, currency),
    )


def resize(world: World, opportunity: Row, factor: float, at: str, by: str) -> float:
    """Renegotiate: the largest line changes its quantity, or its discount where one piece is too much. Returns the sum.

    Args:
        world: The company.
        opportunity: One that has lines.
        factor: By how much the whole should change, 1.1 for ten per cent more.
        at: When.
        by: User id of who does it.
    """
    currency = opportunity["CurrencyIsoCode"]
    line = max(_lines(world, opportunity), key=lambda row: (row["TotalPrice"], row["Id"]))
    wanted = line["TotalPrice"] + (factor - 1) * total(world, opportunity)
    quantity = max(1, round(line["Quantity"] * wanted / max(line["TotalPrice"], 1.0)))
    discount = line["Discount"]
    if quantity == line["Quantity"]:
        step = -2.5 if factor > 1 else 2.5
        discount = min(max(discount + step, 0.0), float(hazards()["amount"]["max_discount_percent"]))
    world.change(
        "OpportunityLineItem",
        line,
        at,
        by,
        Quantity=float(quantity),
        Discount=discount,
        TotalPrice=line_total(quantity, line["UnitPrice"], discount, currency),
    )
    return total(world, opportunity)
