"""When the version that readers see is what would be published now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.standing import standing_version
from salesops_pipeline.publishing.versions import PublishedVersion, promote
from salesops_pipeline.settings import Settings
from tests.publishing.conftest import build_warehouse, certificate_of


@pytest.fixture
def published(settings: Settings) -> PublishedVersion:
    build_warehouse(settings)
    candidate = build_candidate(settings)
    return promote(settings, candidate, certificate_of(candidate).model_copy(update={"judged_by": "suites"}))


def test_it_stands_while_build_and_suites_are_the_same(settings: Settings, published: PublishedVersion) -> None:
    found = standing_version(settings, judged_by="suites")
    assert found is not None
    assert found.version == published.version


def test_edited_suites_have_to_judge_again(settings: Settings, published: PublishedVersion) -> None:
    assert standing_version(settings, judged_by="edited suites") is None


def test_another_build_has_to_be_published(settings: Settings, published: PublishedVersion) -> None:
    build_warehouse(settings)
    assert standing_version(settings, judged_by="suites") is None


def test_a_touched_warehouse_is_not_taken_for_what_was_published(
    settings: Settings, published: PublishedVersion
) -> None:
    with settings.warehouse_path.open("ab") as file:
        file.write(b"x")
    assert standing_version(settings, judged_by="suites") is None


def test_an_earlier_version_that_was_gone_back_to_does_not_stand(
    settings: Settings, publish: Callable[..., PublishedVersion], published: PublishedVersion
) -> None:
    publish("200.00")
    assert standing_version(settings, judged_by="suites") is None


def test_an_altered_file_does_not_stand(settings: Settings, published: PublishedVersion) -> None:
    assert standing_version(settings, judged_by="suites")
    published.duckdb_path.chmod(0o644)
    with published.duckdb_path.open("ab") as file:
        file.write(b"x")
    assert standing_version(settings, judged_by="suites") is None
