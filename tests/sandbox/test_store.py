"""The books as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesops_pipeline.errors import UserError
from salesops_pipeline.sandbox.schema import SOBJECTS
from salesops_pipeline.sandbox.store import FILE_NAME, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / FILE_NAME)


def test_missing_fields_are_empty_and_flags_false(store: Store) -> None:
    store.insert_many("Opportunity", [{"Id": "006x", "Name": "Deal", "Amount": 12.5}])
    row = store.query('select * from "Opportunity"')[0]
    assert (row["Name"], row["Amount"], row["CloseDate"], row["IsWon"]) == ("Deal", 12.5, None, 0)
    assert tuple(row.keys()) == SOBJECTS["Opportunity"].field_names


def test_a_row_with_the_same_id_replaces(store: Store) -> None:
    for name in ("first", "second"):
        store.insert_many("Account", [{"Id": "001x", "Name": name}])
    store.update("Account", "001x", {"Industry": "Retail"})
    assert [tuple(row) for row in store.query('select "Name", "Industry" from "Account"')] == [("second", "Retail")]


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    def write_and_fail() -> None:
        with store.transaction():
            store.insert_many("Account", [{"Id": "001x", "Name": "gone"}])
            store.set_meta("today", "2026-01-01")
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        write_and_fail()
    assert store.query('select * from "Account"') == []
    assert store.meta("today") is None


def test_a_reader_cannot_write(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path, read_only=True) as reader, pytest.raises(Exception, match="readonly"):
        reader.set_meta("today", "2026-01-01")


def test_books_of_another_version_are_refused(store: Store, tmp_path: Path) -> None:
    store.set_meta("schema_fingerprint", "something else")
    store.close()
    with pytest.raises(UserError, match=r"another version.*create"):
        Store.open(tmp_path)


def test_schema_names_are_unique_and_prefixes_tell_objects_apart() -> None:
    assert len({sobject.key_prefix for sobject in SOBJECTS.values()}) == len(SOBJECTS)
    for sobject in SOBJECTS.values():
        assert len(set(sobject.field_names)) == len(sobject.fields)
        assert sobject.field_names[0] == "Id"
        for field in sobject.fields:
            assert field.custom == field.name.endswith("__c")
            assert set(field.reference_to) <= set(SOBJECTS)


def test_field_names_are_found_whatever_their_case() -> None:
    field = SOBJECTS["Account"].field("segment__C")
    assert field is not None
    assert field.name == "Segment__c"
    assert not SOBJECTS["Account"].has("segment__C")
    assert SOBJECTS["Account"].field("Nonsense") is None
