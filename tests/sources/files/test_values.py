from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops_pipeline.sources.files.values import (
    NumberStyle,
    currency_signs,
    fit_decimal,
    multiply,
    number_style,
    parse_boolean,
    parse_canonical_number,
    parse_number,
    spelt_style,
)


@pytest.mark.parametrize(
    ("example", "text", "expected"),
    [
        ("1234.56", "1054", "1054"),
        ("1234.56", ".0150", "0.0150"),
        ("1234.56", "1.234", "1.234"),
        ("1,234.56", "1.234", "1.234"),
        ("1.234,56", "1.234", "1234"),
        ("1.234,56", "1.234.567,89", "1234567.89"),
        ("1.234,56", "1234,5", "1234.5"),
        ("1 234,56", "12\u202f345\u202f678,9", "12345678.9"),
        ("1 234,56", "12\u00a0345,9", "12345.9"),
        ("1'234.56", "12’345.60", "12345.60"),
        ("1,23,456.78", "12,34,567.80", "1234567.80"),
        ("1,234,567", "1,234", "1234"),
        ("$1,234.56K", "$342.09K", "342090.00"),
        ("$1,234.56K", "$1.2M", "1200000.0"),
        ("$1,234.56K", "$17", "17"),
        ("1,234.56", "(1,200.00)", "-1200.00"),
        ("1,234.56", "($1,200.00)", "-1200.00"),
        ("1,234.56", "$(1,200.00)", "-1200.00"),
        ("1,234.56", "-5", "-5"),
        ("1,234.56", "5-", "-5"),
        ("1,234.56", "\u22125", "-5"),
        ("1,234.56", "- $5", "-5"),
        ("1,234.56", "USD 1,200", "1200"),
        ("1.234,56", "1.200,50 €", "1200.50"),
        ("1.234,56", "1.200,50 EUR", "1200.50"),
        ("1 234,56", "1 200,50 kr", "1200.50"),
        ("1.234,56", "R$ 1.200,50", "1200.50"),
        ("1234.56", "12 %", "0.12"),
        ("1,5", "12,5%", "0.125"),
    ],
)
def test_a_number_is_read_in_the_style_that_the_example_shows(example: str, text: str, expected: str) -> None:
    assert parse_number(text, number_style(example)) == Decimal(expected)


@pytest.mark.parametrize(
    ("example", "text", "reason"),
    [
        ("1234.56", "1,234", "not a number written like 1234.56"),
        ("1,234.56", "1,23", "not a number written like"),
        ("1,234.56", "1,2345", "not a number written like"),
        ("1.234,56", "1,234.56", "not a number written like"),
        ("1.234,56", "1.23", "not a number written like"),
        ("1234.56", "342.09K", "not a number written like"),
        ("1234.56", "abc", "not a number$"),
        ("1234.56", "1.5E+06", "scientific notation"),
        ("1234.56", "--5", "not a number written like"),
        ("1234.56", "-(5)", "not a number written like"),
        ("1,234,567", "1.5", "not a number written like"),
        ("1234.56", "1 2", "not a number written like"),
    ],
)
def test_what_does_not_fit_the_style_is_refused_with_the_reason(example: str, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_number(text, number_style(example))


@pytest.mark.parametrize("example", ["1.234", "1,234", "12,345"])
def test_an_example_that_leaves_the_decimal_sign_open_is_refused(example: str) -> None:
    with pytest.raises(ValueError, match="leaves open"):
        number_style(example)


@pytest.mark.parametrize("example", ["", "abc", "1;234", "1.2.3", "12,34.5,6", "1-2"])
def test_an_example_must_be_a_number(example: str) -> None:
    with pytest.raises(ValueError, match="not an example of a number"):
        number_style(example)


def test_suffixes_of_ones_own() -> None:
    style = spelt_style(",", ".", {"Tsd": Decimal(1000), "Mio": Decimal(1_000_000)})
    assert parse_number("1,5 Mio", style) == 1_500_000
    assert parse_number("-2.000 tsd", style) == -2_000_000
    with pytest.raises(ValueError, match="not a number format"):
        spelt_style(".", ".", {})


@given(
    number=st.decimals(min_value=-(10**15), max_value=10**15, places=2, allow_nan=False, allow_infinity=False),
    signs=st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u202f")]),
)
def test_reading_undoes_writing_exactly(number: Decimal, signs: tuple[str, str]) -> None:
    decimal, thousands = signs
    plain = f"{number:,.2f}"
    written = plain.translate(str.maketrans({",": thousands, ".": decimal}))
    assert parse_number(written, spelt_style(decimal, thousands, {})) == number


def test_a_number_that_is_one_by_itself_has_no_style() -> None:
    assert parse_canonical_number("1e+16") == 10**16
    with pytest.raises(ValueError, match="not a number"):
        parse_canonical_number("nan")


def test_nothing_is_rounded_unless_asked_for() -> None:
    assert str(fit_decimal(Decimal("300000.0000"), precision=18, scale=2)) == "300000.00"
    with pytest.raises(ValueError, match="has 4 decimals, the column holds 2"):
        fit_decimal(Decimal("4251368.5497"), precision=18, scale=2)
    assert fit_decimal(Decimal("0.125"), precision=18, scale=2, rounding="half_up") == Decimal("0.13")
    assert fit_decimal(Decimal("0.125"), precision=18, scale=2, rounding="half_even") == Decimal("0.12")


def test_a_number_that_is_too_large_is_refused() -> None:
    assert fit_decimal(Decimal("9.9999"), precision=5, scale=4) == Decimal("9.9999")
    with pytest.raises(ValueError, match="too large: the column holds 1 digits"):
        fit_decimal(Decimal(12), precision=5, scale=4)
    with pytest.raises(ValueError, match="too large"):
        fit_decimal(Decimal(10) ** 70, precision=18, scale=2)


def test_products_are_exact() -> None:
    assert str(multiply(Decimal("1234567890123456.78"), Decimal("1000000.000001"))) == "1234567890124691347890.12345678"


def test_yes_and_no_in_any_case() -> None:
    words = {"true_values": ["Ja"], "false_values": ["Nein"]}
    assert parse_boolean("JA", **words) is True
    assert parse_boolean("nein", **words) is False
    with pytest.raises(ValueError, match=r"neither yes \(ja\) nor no \(nein\)"):
        parse_boolean("yes", **words)


@pytest.mark.parametrize(
    ("text", "signs"), [("$5", {"$"}), ("5 EUR", {"EUR"}), ("(£1.50)", {"£"}), ("5", set()), ("5 %", set())]
)
def test_currency_signs_are_found_on_either_side(text: str, signs: set[str]) -> None:
    assert currency_signs(text) == signs


def test_the_default_style_has_no_groups() -> None:
    assert NumberStyle().thousands == ""
