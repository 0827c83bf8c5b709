"""Promotion, pointer, rollback, pruning, and the refusal of everything that did not pass or was touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import duckdb
import pytest

from salesops_pipeline.errors import GateError
from salesops_pipeline.publishing.candidate import open_candidate
from salesops_pipeline.publishing.certificate import read_certificate, write_certificate
from salesops_pipeline.publishing.cut import build_candidate
from salesops_pipeline.publishing.diff import diff_versions
from salesops_pipeline.publishing.files import locked
from salesops_pipeline.publishing.versions import (
    PublishedVersion,
    current_link,
    current_version,
    list_versions,
    open_verified,
    promote,
    rollback,
)
from salesops_pipeline.settings import Settings
from tests.publishing.conftest import AS_OF, build_warehouse, certificate_of

Publish = Callable[..., PublishedVersion]


def won_amount(version: PublishedVersion) -> str:
    with duckdb.connect(str(version.duckdb_path), read_only=True) as connection:
        return str(connection.execute("select won_amount from marts.mart_bookings").fetchall()[0][0])


def test_nothing_published_yet(settings: Settings) -> None:
    assert current_version(settings) is None
    assert list_versions(settings) == ()
    with pytest.raises(GateError, match="nothing has been published"):
        open_verified(settings)
    with pytest.raises(GateError, match="no earlier version"):
        rollback(settings)


def test_promotion_makes_the_candidate_current(settings: Settings, publish: Publish) -> None:
    publish("1.00")
    second = publish("2.00")
    assert (second.version, current_version(settings)) == ("v0002", "v0002")
    assert won_amount(open_verified(settings)) == "2.00"
    assert won_amount(open_verified(settings, "v0001")) == "1.00"
    assert current_link(settings).resolve() == second.path
    certificate = read_certificate(second.path)
    assert (certificate.version, certificate.as_of_date, certificate.status) == ("v0002", AS_OF, "passed")
    assert certificate.promoted_at is not None
    with pytest.raises(GateError, match="no candidate"):
        open_candidate(settings)


@pytest.mark.parametrize("status", ["failed", "error"])
def test_a_closed_gate_leaves_readers_where_they_were(settings: Settings, publish: Publish, status: str) -> None:
    publish("1.00")
    build_warehouse(settings, "-5.00")
    candidate = build_candidate(settings)
    with pytest.raises(GateError, match=rf"closed \({status}\)"):
        promote(settings, candidate, certificate_of(candidate, status))
    assert won_amount(open_verified(settings)) == "1.00"
    assert [version.version for version in list_versions(settings)] == ["v0001"]


def test_files_changed_after_the_audit_are_refused(settings: Settings) -> None:
    build_warehouse(settings)
    candidate = build_candidate(settings)
    certificate = certificate_of(candidate)
    parquet = candidate.parquet_dir / "marts" / "mart_bookings.parquet"
    parquet.chmod(0o644)
    parquet.write_bytes(parquet.read_bytes() + b"x")
    with pytest.raises(GateError, match="not the one that was audited"):
        promote(settings, candidate, certificate)
    parquet.unlink()
    with pytest.raises(GateError, match="missing"):
        promote(settings, candidate, certificate)
    assert current_version(settings) is None


def test_a_tampered_version_is_not_opened(settings: Settings, publish: Publish) -> None:
    publish("1.00")
    version = publish("2.00")
    version.duckdb_path.chmod(0o644)
    with duckdb.connect(str(version.duckdb_path)) as connection:
        connection.execute("update marts.mart_bookings set won_amount = 999")
    with pytest.raises(GateError, match="not the one that was audited"):
        open_verified(settings)
    rollback(settings)
    assert won_amount(open_verified(settings)) == "1.00"


def test_who_looks_closely_opens_only_a_version_of_which_every_file_is_as_audited(
    settings: Settings, publish: Publish
) -> None:
    version = publish("1.00")
    assert open_verified(settings, look_closely=True).version == version.version
    (version.parquet_dir / "marts" / "mart_bookings.parquet").unlink()
    with pytest.raises(GateError, match="missing"):
        open_verified(settings, look_closely=True)


def test_a_version_without_a_passed_certificate_is_not_opened(settings: Settings, publish: Publish) -> None:
    publish("1.00")
    version = publish("2.00")
    write_certificate(version.path, version.certificate.model_copy(update={"status": "failed"}))
    with pytest.raises(GateError, match="did not pass the gate"):
        open_verified(settings)
    shutil.copy(open_verified(settings, "v0001").path / "certificate.json", version.path / "certificate.json")
    with pytest.raises(GateError, match="carries the certificate of v0001"):
        open_verified(settings)
    (version.path / "certificate.json").unlink()
    with pytest.raises(GateError, match="never verified"):
        open_verified(settings)
    assert [item.version for item in list_versions(settings)] == ["v0001"]


def test_rollback_and_the_number_after_it(settings: Settings, publish: Publish) -> None:
    for amount in ("1.00", "2.00", "3.00"):
        publish(amount)
    assert rollback(settings).version == "v0002"
    assert rollback(settings).version == "v0001"
    with pytest.raises(GateError, match="no earlier version"):
        rollback(settings)
    assert rollback(settings, "v0003").version == "v0003"
    rollback(settings, "v0001")
    assert won_amount(open_verified(settings)) == "1.00"
    assert publish("4.00").version == "v0004"
    assert won_amount(open_verified(settings)) == "4.00"


def test_rollback_to_an_unknown_version_says_which_are_kept(settings: Settings, publish: Publish) -> None:
    publish()
    with pytest.raises(GateError, match=r"no version 'v0009'.*Kept versions: v0001"):
        rollback(settings, "v0009")
    with pytest.raises(GateError, match="no version"):
        open_verified(settings, "../versions/v0001")


def test_old_versions_are_pruned_but_never_the_current_one(settings: Settings, publish: Publish) -> None:
    for amount in ("1.00", "2.00", "3.00", "4.00"):
        publish(amount)
    assert [version.version for version in list_versions(settings)] == ["v0004", "v0003", "v0002"]
    rollback(settings, "v0002")
    publish("5.00")
    assert [version.version for version in list_versions(settings)] == ["v0005", "v0004", "v0003"]


def test_a_reader_keeps_its_version_through_promotion_and_pruning(settings: Settings, publish: Publish) -> None:
    publish("1.00")
    reader = duckdb.connect(str(current_link(settings) / "salesops.duckdb"), read_only=True)
    for amount in ("2.00", "3.00", "4.00"):
        publish(amount)
    assert not (settings.published_dir / "versions" / "v0001").exists()
    amounts = reader.execute("select distinct reporting_amount from core.fct_opportunity").fetchall()
    reader.close()
    assert [str(amount) for (amount,) in amounts] == ["1.00"]


def test_identical_content_may_be_published_and_has_the_same_checksums(settings: Settings, publish: Publish) -> None:
    before = publish("1.00")
    build_warehouse(settings, "1.00")
    candidate = build_candidate(settings)
    assert candidate.manifest.tables == before.certificate.tables
    assert promote(settings, candidate, certificate_of(candidate)).version == "v0002"
    build_warehouse(settings, "2.00")
    assert build_candidate(settings).manifest.tables != before.certificate.tables


def test_published_folder_can_be_moved(settings: Settings, publish: Publish) -> None:
    publish("1.00")
    moved = settings.data_dir.with_name("elsewhere")
    settings.data_dir.rename(moved)
    assert won_amount(open_verified(settings.model_copy(update={"data_dir": moved}))) == "1.00"


def test_diff_names_the_tables_and_totals_that_changed(publish: Publish) -> None:
    before, after = publish("1.00"), publish("2.50")
    changes = {change.table: change for change in diff_versions(before, after)}
    assert set(changes) == {"core.fct_opportunity", "marts.mart_bookings"}
    assert changes["core.fct_opportunity"].totals == {"reporting_amount": ("5000.00", "12500.00")}
    assert (changes["marts.mart_bookings"].rows_before, changes["marts.mart_bookings"].rows_after) == (1, 1)
    assert diff_versions(before, before) == ()


def test_one_publication_at_a_time(settings: Settings, publish: Publish) -> None:
    publish()
    lock = settings.published_dir / ".lock"
    with (
        locked(lock),
        pytest.raises(GateError, match="another publication"),
        locked(lock, timeout_seconds=0.1),
    ):
        pass
    with locked(lock, timeout_seconds=0.1):
        pass
