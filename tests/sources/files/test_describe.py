from __future__ import annotations

import pytest

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.errors import UserError
from salesops_pipeline.sources.files.describe import describe_entities, describe_entity


def test_every_conformed_entity_can_be_filled_and_the_connectors_own_tables_cannot() -> None:
    names = {entity.name for entity in describe_entities()}
    assert names == {table.name for table in load_contract("files").tables} - {"quarantine", "feed_load"}
    assert len(names) == 22


def test_an_entity_says_what_its_columns_need() -> None:
    columns = {column.name: column for column in describe_entity("opportunity").columns}
    assert columns["opportunity_id"].is_key
    assert columns["opportunity_id"].required
    assert columns["status"].values == ("open", "won", "lost")
    assert columns["owner_person_id"].references == "person"
    assert columns["stage_name"].references == "sales_stage"
    assert columns["amount"].references is None
    assert not any(name.startswith("_") for name in columns)


@pytest.mark.parametrize(
    ("entity", "column", "target"),
    [
        ("opportunity_line", "opportunity_line_id", None),
        ("opportunity_line", "opportunity_id", "opportunity"),
        ("account", "parent_account_id", "account"),
        ("account", "account_id", None),
        ("lead", "converted_opportunity_id", "opportunity"),
        ("opportunity_history", "changed_by_person_id", "person"),
        ("quota", "person_id", "person"),
        ("sales_stage", "stage_name", None),
    ],
)
def test_keys_of_other_entities_are_known_by_their_names(entity: str, column: str, target: str | None) -> None:
    columns = {described.name: described for described in describe_entity(entity).columns}
    assert columns[column].references == target


def test_personal_data_is_marked() -> None:
    assert [column.name for column in describe_entity("person").columns if column.is_personal] == ["name", "email"]


def test_an_unknown_entity_is_answered_with_the_closest() -> None:
    with pytest.raises(UserError, match="did you mean 'opportunity'"):
        describe_entity("oppotunity")
