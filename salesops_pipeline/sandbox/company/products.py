"""What is sold: products, the standard price book and the partners' one, with a price per currency."""

from __future__ import annotations

from salesops_pipeline.sandbox.company import currencies
from salesops_pipeline.sandbox.company.clock import FISCAL_START_MONTH, stamp
from salesops_pipeline.sandbox.company.config import company
from salesops_pipeline.sandbox.company.money import rounded
from salesops_pipeline.sandbox.company.people import operations_user, system_user
from salesops_pipeline.sandbox.company.world import Row, World

STANDARD, PARTNER = "Standard Price Book", "Partner Price Book"


def founding(world: World) -> None:
    """Write the catalogue and both price books."""
    at, by = stamp(world.day, 40), system_user(world)
    books = [
        world.new("Pricebook2", at, by, Name=name, IsActive=1, IsStandard=int(name == STANDARD))
        for name in (STANDARD, PARTNER)
    ]
    for item in company()["products"]:
        product = world.new(
            "Product2",
            at,
            by,
            Name=item["name"],
            ProductCode=item["code"],
            Family=item["family"],
            IsActive=1,
            QuantityUnitOfMeasure=item["unit"],
            CurrencyIsoCode="USD",
        )
        for book in books:
            share = 1.0 if book["IsStandard"] else 1 - company()["partner_discount"]
            for currency in company()["currencies"]:
                world.new(
                    "PricebookEntry",
                    at,
                    by,
                    Name=item["name"],
                    Pricebook2Id=book["Id"],
                    Product2Id=product["Id"],
                    ProductCode=item["code"],
                    CurrencyIsoCode=currency,
                    UnitPrice=_commercial(item["price"] * share * currencies.rate(world, currency), currency),
                    IsActive=1,
                )


def _commercial(amount: float, currency: str) -> float:
    """A list price as price lists show it: whole units, yen in hundreds."""
    step = 100 if currency == "JPY" else 1
    return float(max(step, round(amount / step) * step))


def daily(world: World) -> None:
    """Prices rise with each fiscal year."""
    if (world.day.month, world.day.day) != (FISCAL_START_MONTH, 1):
        return
    factor = 1 + company()["price_increase_per_year"]
    for entry in world.rows["PricebookEntry"].values():
        price = rounded(_commercial(entry["UnitPrice"] * factor, entry["CurrencyIsoCode"]), entry["CurrencyIsoCode"])
        world.change("PricebookEntry", entry, stamp(world.day, 3600), operations_user(world), UnitPrice=price)


def book_id(world: World, name: str) -> str:
    """The id of a price book."""
    return next(row["Id"] for row in world.rows["Pricebook2"].values() if row["Name"] == name)


def entries(world: World, book: str, currency: str, family: str) -> list[Row]:
    """The prices of one product family in a book and a currency."""
    index = world.memo.get("prices")
    if index is None:
        index = world.memo["prices"] = {}
        for entry in world.rows["PricebookEntry"].values():
            product = world.rows["Product2"][entry["Product2Id"]]
            key = (entry["Pricebook2Id"], entry["CurrencyIsoCode"], product["Family"])
            index.setdefault(key, []).append(entry)
    return index[book, currency, family]
