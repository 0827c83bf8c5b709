"""Reading numbers and yes/no values from text. Pure functions; what cannot be read raises `ValueError` with the reason.

How numbers are written is told by an example such as ``$1,234.56K`` (see `number_style`), never guessed from the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, DecimalException, Inexact, InvalidOperation
from functools import cached_property

BLANKS = "\u0020\u00a0\u202f\u2009"
"""The blanks that stand between groups of digits: plain, no-break, narrow no-break, thin."""
APOSTROPHES = "'\u2019"
MAGNITUDES: Mapping[str, Decimal] = {"K": Decimal(10**3), "M": Decimal(10**6), "B": Decimal(10**9)}
_ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}

_EXACT = Context(prec=60, traps=[InvalidOperation, Inexact])
_SYMBOL = r"(?:[A-Za-z]{0,3}[$€£¥₹₽₩₺₴₪₫₱₦₡₲₵₸฿¢¤]|[A-Z]{3}|kr\.?|zł|Kč|Ft|Fr\.?)"
_SEPARATOR = rf"(?P<thousands>[.,_{APOSTROPHES}{BLANKS}])"
_DECIMALS = r"(?:(?!(?P=thousands))(?P<decimal>[.,])\d+)?"
_GROUPED = re.compile(rf"\d{{1,3}}{_SEPARATOR}\d{{3}}(?:(?P=thousands)\d{{3}})*{_DECIMALS}")
_INDIAN = re.compile(rf"\d{{1,2}}{_SEPARATOR}\d{{2}}(?:(?P=thousands)\d{{2}})*(?P=thousands)\d{{3}}{_DECIMALS}")
_UNGROUPED = re.compile(r"\d+(?:(?P<decimal>[.,])\d+)?")
_CANONICAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class NumberStyle:
    """How numbers are written.

    Args:
        decimal: The decimal sign; empty if the numbers have none.
        thousands: All signs that may separate groups; empty if groups are not separated.
        indian: Groups as in ``1,23,456``.
        suffixes: Words behind a number and what they multiply it by.
        example: The style as the user wrote it, for messages.
    """

    decimal: str = "."
    thousands: str = ""
    indian: bool = False
    suffixes: Mapping[str, Decimal] = field(default_factory=dict)
    example: str = "1234.56"

    @cached_property
    def _digits(self) -> re.Pattern[str]:
        group = f"[{re.escape(self.thousands)}]"
        grouped = rf"\d{{1,2}}(?:{group}\d{{2}})*{group}\d{{3}}" if self.indian else rf"\d{{1,3}}(?:{group}\d{{3}})+"
        whole = rf"(?:{grouped}|\d+)" if self.thousands else r"\d+"
        if not self.decimal:
            return re.compile(whole)
        point = re.escape(self.decimal)
        return re.compile(rf"{whole}(?:{point}\d*)?|{point}\d+")

    @cached_property
    def _suffix(self) -> re.Pattern[str]:
        words = "|".join(re.escape(word) for word in sorted(self.suffixes, key=len, reverse=True))
        return re.compile(rf"(.*?\d\S?)\s*({words})", re.IGNORECASE)

    @cached_property
    def _multipliers(self) -> dict[str, Decimal]:
        return {word.casefold(): multiplier for word, multiplier in self.suffixes.items()}


def number_style(example: str) -> NumberStyle:
    """The style that an example shows.

    Raises:
        ValueError: It is no number, or leaves open which sign is the decimal (``1.234``).
    """
    digits = re.search(r"\d(?:.*\d)?", example)
    core = digits[0] if digits else ""
    match = _GROUPED.fullmatch(core) or _INDIAN.fullmatch(core) or _UNGROUPED.fullmatch(core)
    if match is None:
        raise ValueError(f"{example!r} is not an example of a number; write for example 1,234.56")
    thousands, decimal = match.groupdict().get("thousands") or "", match["decimal"] or ""
    if thousands in (".", ",") and not decimal and core.count(thousands) == 1:
        raise ValueError(
            f"{example!r} leaves open whether {thousands!r} separates thousands or decimals; "
            "write the example with both, for example 1,234.56 or 1.234,56"
        )
    behind = example[example.rindex(core) + len(core) :].strip()
    return NumberStyle(
        decimal=decimal,
        thousands=_same_kind(thousands),
        indian=match.re is _INDIAN,
        suffixes=MAGNITUDES if behind[:1].upper() in MAGNITUDES else {},
        example=example,
    )


def spelt_style(decimal: str, thousands: str, suffixes: Mapping[str, Decimal]) -> NumberStyle:
    """The style given sign by sign.

    Raises:
        ValueError: The signs are no separators or are the same.
    """
    if decimal not in (".", ",") or len(thousands) > 1 or decimal == thousands or thousands.isalnum():
        raise ValueError(f"decimal {decimal!r} with thousands {thousands!r} is not a number format")
    example = f"1{thousands}234{decimal}56"
    return NumberStyle(decimal=decimal, thousands=_same_kind(thousands), suffixes=suffixes, example=example)


def _same_kind(sign: str) -> str:
    return next((kind for kind in (BLANKS, APOSTROPHES) if sign and sign in kind), sign)


def parse_number(text: str, style: NumberStyle) -> Decimal:
    """The exact number that ``text`` writes in ``style``.

    A sign or a currency sign on either side, accounting brackets and ``%`` are understood in every style.

    Raises:
        ValueError: The text is not a number in this style; the message says why.
    """
    rest, negative = _sign(text)
    rest = re.sub(rf"^{_SYMBOL}\s*|\s*{_SYMBOL}$", "", rest)
    rest, negative_inside = _sign(rest)
    multiplier = Decimal(1)
    if rest.endswith("%"):
        rest, multiplier = rest[:-1].rstrip(), Decimal("0.01")
    elif style.suffixes and (match := style._suffix.fullmatch(rest)):
        rest, multiplier = match[1], style._multipliers[match[2].casefold()]
    if (negative and negative_inside) or not style._digits.fullmatch(rest):
        raise ValueError(_why_not(rest, style))
    for sign in style.thousands:
        rest = rest.replace(sign, "")
    number = multiply(Decimal(rest.replace(",", ".")), multiplier)
    return number.copy_negate() if negative or negative_inside else number


def _sign(text: str) -> tuple[str, bool]:
    """The text without its sign, and whether that was a minus."""
    text = text.strip().replace("\u2212", "-")
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith(("-", "+")):
        return text[1:].strip(), text[0] == "-"
    if text.endswith("-"):
        return text[:-1].strip(), True
    return text, False


def _why_not(rest: str, style: NumberStyle) -> str:
    if _CANONICAL.fullmatch(rest) and "e" in rest.casefold():
        return "is in scientific notation, which may have lost digits"
    if not re.search(r"\d", rest):
        return "is not a number"
    return f"is not a number written like {style.example}"


def parse_canonical_number(text: str) -> Decimal:
    """The number of a cell that was a number by itself: a decimal point, no groups, perhaps an exponent.

    Raises:
        ValueError: The cell is no number.
    """
    if not _CANONICAL.fullmatch(text):
        raise ValueError("is not a number")
    return Decimal(text)


def multiply(number: Decimal, factor: Decimal) -> Decimal:
    """The exact product, where Python's own would be cut to 28 digits.

    Raises:
        ValueError: The product has more digits than any column holds.
    """
    try:
        return _EXACT.multiply(number, factor)
    except DecimalException:
        raise ValueError("has too many digits") from None


def currency_signs(text: str) -> frozenset[str]:
    """The currency signs and codes on either side of a number's digits."""
    edges = re.split(r"\d.*\d|\d", text.strip(" ()+-"))
    return frozenset(sign for edge in edges for sign in re.findall(rf"^{_SYMBOL}$", edge.strip(" ()+-")))


def fit_decimal(number: Decimal, *, precision: int, scale: int, rounding: str | None = None) -> Decimal:
    """``number`` with exactly ``scale`` decimals, for a column of ``precision`` digits in all.

    Args:
        number: Any finite number.
        precision: Digits that the column holds.
        scale: Decimals that the column holds.
        rounding: ``half_up`` or ``half_even``; None refuses a number with more decimals.

    Raises:
        ValueError: More decimals than the column holds and no rounding, or too many digits before the point.
    """
    unit = Decimal(1).scaleb(-scale)
    try:
        fitted = (
            _EXACT.quantize(number, unit)
            if rounding is None
            else Context(prec=80, rounding=_ROUNDINGS[rounding]).quantize(number, unit)
        )
    except Inexact:
        places = -int(number.normalize().as_tuple().exponent)
        raise ValueError(f"has {places} decimals, the column holds {scale} (`round: half_up` would round it)") from None
    except DecimalException:
        raise ValueError("is too large") from None
    if fitted.copy_abs() >= Decimal(10) ** (precision - scale):
        raise ValueError(f"is too large: the column holds {precision - scale} digits before the point")
    return fitted


def parse_boolean(text: str, *, true_values: Iterable[str], false_values: Iterable[str]) -> bool:
    """Yes or no, in any case.

    Raises:
        ValueError: The text is in neither list.
    """
    folded = text.casefold()
    yes, no = [value.casefold() for value in true_values], [value.casefold() for value in false_values]
    if folded in yes:
        return True
    if folded in no:
        return False
    raise ValueError(f"is neither yes ({', '.join(yes)}) nor no ({', '.join(no)})")
