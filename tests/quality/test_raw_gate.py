"""The raw landing as it is audited: the newest versions, the shape of the newest load, and the kept answer."""

from __future__ import annotations

import pytest

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.lake import Lake
from salesops_pipeline.quality import raw_gate
from salesops_pipeline.quality.raw_gate import RawAudit, audit_raw, gate_raw, raw_results_of_build
from salesops_pipeline.quality.results import ExpectationResult, SuiteResult, problems
from salesops_pipeline.settings import Settings
from tests.quality.conftest import Land, moment, opportunity, surroundings


def of(audit: RawAudit, table: str) -> SuiteResult:
    return next(result for result in audit.results if result.table == table)


def unmet(result: SuiteResult) -> list[tuple[str, str, str]]:
    return [(item.type, item.column, item.outcome) for item in result.expectations if item.outcome != "passed"]


def only(result: SuiteResult) -> ExpectationResult:
    found = [item for item in result.expectations if item.outcome != "passed"]
    assert len(found) == 1, problems(result)
    return found[0]


def test_sound_rows_pass_and_tables_without_rows_too(settings: Settings, land: Land) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(n) for n in range(20)], **surroundings())
    audit = audit_raw(settings, "salesforce")
    assert [(result.suite, problems(result)) for result in audit.results if result.outcome != "passed"] == []
    assert len(audit.results) == len(load_contract("salesforce").tables)
    assert audit.loads == ("100.5",)
    assert all(item.outcome == "passed" for result in audit.results for item in result.expectations)
    assert of(audit, "opportunity").expectations[1].evaluated_count == 20


def test_one_bad_row_fails_the_right_expectation_and_no_other(settings: Settings, land: Land) -> None:
    rows = [opportunity(n) for n in range(20)]
    land("salesforce", "100.5", opportunity=[*rows, opportunity(99, Probability=640)], **surroundings())
    result = of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity")
    assert result.outcome == "failed"
    broken = only(result)
    assert (broken.column, broken.severity, broken.unexpected_count) == ("Probability", "critical", 1)
    assert broken.evaluated_count == 21
    assert broken.sample == ({"Id": opportunity(99)["Id"]},)
    assert "secret plan" not in str(result)


def test_a_correction_at_the_source_opens_the_gate_again(settings: Settings, land: Land) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(1, StageName=None)], **surroundings())
    assert of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity").outcome == "failed"
    land("salesforce", "200.5", opportunity=[opportunity(1, SystemModstamp=moment(3))])
    assert of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity").outcome == "passed"


def test_deleted_rows_and_tombstones_are_not_judged(settings: Settings, land: Land) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(1), opportunity(2)], **surroundings())
    tombstone = {"Id": opportunity(1)["Id"], "IsDeleted": True, "SystemModstamp": moment(4)}
    land("salesforce", "200.5", opportunity=[tombstone])
    result = of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity")
    assert result.outcome == "passed"
    assert result.expectations[1].evaluated_count == 1


def test_the_later_load_is_judged_whatever_the_stamps_say(settings: Settings, land: Land) -> None:
    """A clock at the source that steps back must not hide the correction."""
    land(
        "salesforce", "100.5", opportunity=[opportunity(1, StageName=None, SystemModstamp=moment(9))], **surroundings()
    )
    land("salesforce", "200.5", opportunity=[opportunity(1, SystemModstamp=moment(3))])
    result = of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity")
    assert (result.outcome, result.expectations[1].evaluated_count) == ("passed", 1)


def test_a_record_whose_permission_returned_is_judged_again(settings: Settings, land: Land) -> None:
    """It comes back unchanged, with a stamp older than that of its tombstone."""
    row = opportunity(1, Probability=640)
    land("salesforce", "100.5", opportunity=[row], **surroundings())
    tombstone = {"Id": row["Id"], "IsDeleted": True, "SystemModstamp": moment(4)}
    land("salesforce", "200.5", opportunity=[tombstone])
    land("salesforce", "300.5", opportunity=[row])
    result = of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity")
    assert only(result).sample == ({"Id": row["Id"]},)


def test_inside_one_load_the_stamp_decides(settings: Settings, land: Land) -> None:
    versions = [opportunity(1, SystemModstamp=moment(3)), opportunity(1, StageName=None, SystemModstamp=moment(2))]
    land("salesforce", "100.5", opportunity=versions, **surroundings())
    result = of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity")
    assert (result.outcome, result.expectations[1].evaluated_count) == ("passed", 1)


def test_loads_that_did_not_complete_are_not_seen(settings: Settings, land: Land) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(1)], **surroundings())
    land("salesforce", "200.5", completed=False, opportunity=[opportunity(2, StageName=None)])
    audit = audit_raw(settings, "salesforce", tables=["opportunity"])
    assert (audit.outcome, audit.loads) == ("passed", ("100.5",))


def test_warnings_do_not_close_the_gate(settings: Settings, land: Land) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(1, OwnerId="005X")], **surroundings())
    audit = audit_raw(settings, "salesforce", tables=["opportunity"])
    result = of(audit, "opportunity")
    assert (result.outcome, result.is_blocking, audit.outcome) == ("warned", False, "warned")
    assert only(result).sample == ({"Id": opportunity(1)["Id"], "OwnerId": "005X"},)


def test_a_version_that_comes_twice_in_one_load_is_a_warning(settings: Settings, land: Land) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(1), opportunity(1)], **surroundings())
    land("salesforce", "200.5", opportunity=[opportunity(1)])
    result = of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity")
    assert result.outcome == "warned"
    assert only(result).sample == ({"Id": opportunity(1)["Id"], "_dlt_load_id": "100.5", "times": "2"},)


def test_mass_deletion_closes_the_gate(settings: Settings, land: Land) -> None:
    rows = [opportunity(n) for n in range(150)]
    land("salesforce", "100.5", opportunity=rows, **surroundings())
    gone = [{"Id": row["Id"], "IsDeleted": True, "SystemModstamp": moment(4)} for row in rows[:120]]
    land("salesforce", "200.5", opportunity=gone)
    result = of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity")
    assert result.outcome == "failed"
    assert only(result).sample == ({"deleted_rows": "120", "rows_left": "30"},)


def test_a_column_that_arrives_in_another_type_is_named(settings: Settings, lake: Lake, land: Land) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    land("salesforce", "100.5", opportunity=[opportunity(1)], **surroundings())
    (path,) = lake.visible_files("salesforce", "opportunity")
    table = pq.read_table(path)
    position = table.schema.get_field_index("Amount")
    pq.write_table(table.set_column(position, "Amount", table["Amount"].cast(pa.string())).drop(["Id"]), path)
    result = of(audit_raw(settings, "salesforce", tables=["opportunity"]), "opportunity")
    assert result.expectations[0].sample == (
        {"column_name": "Amount", "contract_type": "DECIMAL(18,2)", "landed_type": "VARCHAR"},
        {"column_name": "Id", "contract_type": "VARCHAR", "landed_type": "None"},
    )
    assert (result.expectations[0].outcome, result.is_blocking) == ("failed", True)


def test_a_system_that_is_not_connected_passes(settings: Settings) -> None:
    audit = audit_raw(settings, "salesforce")
    assert (audit.outcome, audit.loads) == ("passed", ())


def test_only_the_newest_load_of_a_feed_counts(settings: Settings, land: Land) -> None:
    def feed(rows: int) -> list[dict[str, object]]:
        return [
            {
                "entity": "opportunity",
                "row_count": rows,
                "quarantined_row_count": 0,
                "fingerprint": "f",
                "_source": "acme",
                "_feed": "deals",
            }
        ]

    deal = {"stage_name": "Won", "status": "won", "_source": "acme", "_feed": "deals", "amount": 1}
    bad = [{**deal, "opportunity_id": "1", "probability": 5}, {**deal, "opportunity_id": "1"}]
    land("files", "100.5", opportunity=bad, feed_load=feed(2))
    failed = of(audit_raw(settings, "files", tables=["opportunity"]), "opportunity")
    assert [column for _, column, _ in unmet(failed) if column] == ["_source, opportunity_id", "probability"]
    land("files", "200.5", feed_load=feed(0))
    assert of(audit_raw(settings, "files", tables=["opportunity"]), "opportunity").outcome == "passed"


def test_a_cut_off_export_is_a_warning(settings: Settings, land: Land) -> None:
    base = {"entity": "quota", "quarantined_row_count": 0, "fingerprint": "f", "_source": "acme", "_feed": "q"}
    land("files", "100.5", feed_load=[{**base, "row_count": 100}])
    land("files", "200.5", feed_load=[{**base, "row_count": 30}])
    broken = only(of(audit_raw(settings, "files", tables=["feed_load"]), "feed_load"))
    assert (broken.severity, broken.outcome) == ("warning", "failed")
    assert broken.sample[0]["row_count"] == "30"


def test_the_kept_answer_covers_only_the_loads_it_saw(settings: Settings, land: Land) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(1, Probability=640)], **surroundings())
    gate_raw(settings, "salesforce")
    kept = raw_results_of_build(settings, {"salesforce": ("100.5",)})
    assert {result.suite: result.outcome for result in kept}["raw.salesforce.opportunity"] == "failed"
    (unseen,) = raw_results_of_build(settings, {"salesforce": ("100.5", "200.5")})
    assert unseen.outcome == "error"
    assert "200.5" in str(unseen.expectations[0].error)
    (never,) = raw_results_of_build(settings, {"files": ("300.5",)})
    assert (never.suite, never.outcome) == ("raw.files", "error")
    assert raw_results_of_build(settings, {}) == ()


def test_an_answer_that_opened_the_gate_stands_until_something_lands(
    settings: Settings, land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(1)], **surroundings())
    first = gate_raw(settings, "salesforce")
    monkeypatch.setattr(raw_gate, "run_suites", lambda *_: pytest.fail("judged again"))
    assert gate_raw(settings, "salesforce") == first
    monkeypatch.undo()
    land("salesforce", "200.5", opportunity=[opportunity(2)])
    assert gate_raw(settings, "salesforce").loads == ("100.5", "200.5")


def test_edited_suites_judge_again_and_a_closed_gate_is_looked_at_each_time(
    settings: Settings, land: Land, monkeypatch: pytest.MonkeyPatch
) -> None:
    land("salesforce", "100.5", opportunity=[opportunity(1)], **surroundings())
    judged: list[int] = []
    monkeypatch.setattr(raw_gate, "run_suites", lambda _, suites, **__: judged.append(len(suites)) or ())
    gate_raw(settings, "salesforce")
    monkeypatch.setattr(raw_gate, "judge_of_landing", lambda *_: "edited suites")
    gate_raw(settings, "salesforce")
    assert len(judged) == 2
    failed = SuiteResult("raw.salesforce.opportunity", "opportunity", "failed")
    monkeypatch.setattr(raw_gate, "run_suites", lambda _, suites, **__: judged.append(len(suites)) or (failed,))
    monkeypatch.setattr(raw_gate, "judge_of_landing", lambda *_: "suites that fail")
    assert [gate_raw(settings, "salesforce").outcome for _ in range(2)] == ["failed", "failed"]
    assert len(judged) == 4
