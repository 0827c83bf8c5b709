"""Record ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops_pipeline.sandbox.ids import BASE62, base62, checksum, is_valid, record_id

NUMBERS = st.integers(min_value=0, max_value=62**9 - 1)


@pytest.mark.parametrize(
    ("id15", "suffix"),
    [
        ("001A0000006Vm9r", "IAC"),  # bits: 01000 (A at 3 of 0-4), none, 00010
        ("aaaaaaaaaaaaaaa", "AAA"),
        ("AAAAAAAAAAAAAAA", "555"),
        ("Aaaaa00000aaaaA", "BAQ"),
    ],
)
def test_suffix_repeats_the_case_of_the_first_fifteen(id15: str, suffix: str) -> None:
    assert checksum(id15) == suffix


@given(NUMBERS, NUMBERS)
def test_ids_sort_like_the_numbers_behind_them(first: int, second: int) -> None:
    assert (record_id("006", "Xy", first) < record_id("006", "Xy", second)) == (first < second)


@given(NUMBERS)
def test_generated_ids_are_valid_and_a_changed_case_is_noticed(number: int) -> None:
    record = record_id("00Q", "aZ", number)
    assert is_valid(record)
    assert not is_valid(record[:4] + record[4].swapcase() + record[5:])
    assert int_of(record[6:15]) == number


def int_of(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 62 + BASE62.index(digit)
    return value


@pytest.mark.parametrize("text", ["", "006Xy0000000001", "006Xy0000000001AA", "006Xy-000000001AAA"])
def test_what_is_no_id(text: str) -> None:
    assert not is_valid(text)


def test_base62_pads() -> None:
    assert base62(61, 3) == "00z"
    assert base62(62, 3) == "010"
