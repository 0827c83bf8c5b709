"""Record ids as Salesforce builds them: 15 case-sensitive characters and 3 that repeat the case of the first 15."""

from __future__ import annotations

from functools import lru_cache

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def base62(value: int, width: int) -> str:
    """``value`` in base 62, padded with zeros; sorts like the number, because the alphabet is in ASCII order."""
    digits = ""
    while value:
        value, digit = divmod(value, 62)
        digits = BASE62[digit] + digits
    return digits.rjust(width, "0")


@lru_cache(maxsize=4096)
def _case_of(five: str) -> str:
    """One character for the case of five: bit *i* is set where character *i* is an upper-case letter."""
    bits = 0
    for position, char in enumerate(five):
        if "A" <= char <= "Z":
            bits |= 1 << position
    return _SUFFIX[bits]


def checksum(id15: str) -> str:
    """The three characters that make an id safe where case is lost, one per five characters (Salesforce's own rule)."""
    return _case_of(id15[:5]) + _case_of(id15[5:10]) + _case_of(id15[10:])


def record_id(key_prefix: str, pod: str, number: int) -> str:
    """An 18-character id: key prefix, two characters for the org, a reserved zero, and a running number."""
    id15 = f"{key_prefix}{pod}0{base62(number, 9)}"
    return id15 + checksum(id15)


def is_valid(record: str) -> bool:
    """Whether this is an 18-character id with the right last three characters."""
    return len(record) == 18 and record.isalnum() and checksum(record[:15]) == record[15:]
