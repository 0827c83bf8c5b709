from __future__ import annotations

import pytest

from salesops_pipeline.sources.files.check import check
from salesops_pipeline.sources.files.problems import Problem
from tests.sources.files.conftest import ExportFolder

OPPORTUNITIES = """
    source: acme
    feeds:
      - entity: opportunity
        file: deals.csv
        columns: {opportunity_id: Id, stage_name: Stage, status: Status, amount: Amount, owner_person_id: Owner}
"""


def places(problems: tuple[Problem, ...]) -> list[tuple[str, int | None, str, str | None]]:
    return [(problem.file, problem.row, problem.column, problem.value) for problem in problems]


def test_every_bad_cell_is_reported_and_bad_rows_are_counted_once(folder: ExportFolder) -> None:
    folder.write(
        "deals.csv",
        """
        Id,Stage,Status,Amount,Owner
        1,Won,won,10,Ada
        2,,wun,"1,000",Ada
        ,Open,open,,Ada
        4,Open,open,5,Ada,too much
        1,Lost,lost,0,Ada
        """,
    )
    folder.map(OPPORTUNITIES)
    report = folder.check()
    assert places(report.problems) == [
        ("deals.csv", 3, "amount", "1,000"),
        ("deals.csv", 3, "stage_name", None),
        ("deals.csv", 3, "status", "wun"),
        ("deals.csv", 4, "opportunity_id", None),
        ("deals.csv", 5, "", None),
        ("deals.csv", 6, "opportunity_id", "1"),
    ]
    assert [problem.reason for problem in report.problems] == [
        "is not a number written like 1234.56",
        "is required but empty",
        "is not one of open, won, lost",
        "is required but empty",
        "the row has 6 values for 5 columns",
        "has the same key as deals.csv row 2",
    ]
    (feed,) = report.feeds
    assert (feed.read, feed.good, feed.refused) == (5, 1, 4)
    assert (report.rows, report.refused_rows, report.can_load) == (1, 4, True)
    assert report.problems[0].line() == "deals.csv row 3, column amount: '1,000' is not a number written like 1234.56"
    assert report.problems[4].line() == "deals.csv row 5: the row has 6 values for 5 columns"


def test_the_list_can_be_cut_but_not_the_count(folder: ExportFolder) -> None:
    folder.write("deals.csv", "Id,Stage,Status,Amount,Owner\n" + "".join(f"{n},Open,open,x,\n" for n in range(50)))
    folder.map(OPPORTUNITIES)
    report = check(folder.path, limit=10)
    assert len(report.problems) == 10
    assert report.unlisted_problem_count == 40
    assert report.refused_rows == 50


def test_problems_of_one_kind_are_put_together(folder: ExportFolder) -> None:
    rows = "".join(f"{n % 7},Open,open,{'x' if n > 20 else 1},\n" for n in range(30))
    folder.write("deals.csv", "Id,Stage,Status,Amount,Owner\n" + rows)
    folder.map(OPPORTUNITIES)
    report = folder.check()
    assert [group.line() for group in report.groups] == [
        "deals.csv, column opportunity_id: has the same key as an earlier row "
        "(14 rows 9, 10, 11, 12, 13, …, for example '0', '1', '2')",
        "deals.csv, column amount: is not a number (9 rows 23, 24, 25, 26, 27, …, for example 'x')",
    ]
    assert sum(group.count for group in report.groups) == len(report.problems)


def test_personal_data_is_withheld(folder: ExportFolder) -> None:
    folder.write("people.csv", "id,name\nx,ada@acme.example\ny,\nz,Bo\n")
    folder.map(
        """
        source: acme
        feeds:
          - entity: person
            file: people.csv
            columns: {person_id: id, name: {from: name, values: {Bo: Bo}, unmapped: refuse}}
        """
    )
    report = folder.check()
    assert [(problem.row, problem.value) for problem in report.problems] == [(2, None), (3, None)]
    assert "ada@acme.example" not in repr(report)
    assert "withheld" in report.problems[0].reason
    assert [group.values for group in report.groups] == [(), ()]


def test_personal_data_does_not_leak_through_a_failing_expression(folder: ExportFolder) -> None:
    folder.write("people.csv", "id,name\nx,ada@acme.example\n")
    folder.map(
        """
        source: acme
        feeds:
          - {entity: person, file: people.csv, columns: {person_id: id, name: {expression: cast(name as integer)}}}
        """
    )
    report = folder.check()
    assert [(problem.row, problem.column) for problem in report.problems] == [(2, "name")]
    assert "Could not convert" in report.problems[0].reason
    assert "ada@acme.example" not in repr(report)


def test_an_expression_that_fails_on_a_row_refuses_that_row(folder: ExportFolder) -> None:
    folder.write(
        "spells.csv", "who,where,from,to\n1,N,2026-01-01,2026-03-31\n2,N,2026-01-01,31.03.2026\n3,S,2026-01-01,\n"
    )
    folder.map(
        """
        source: acme
        feeds:
          - entity: territory_assignment
            file: spells.csv
            columns:
              person_id: who
              territory_id: where
              valid_from: from
              valid_to: {expression: "cast(\\"to\\" as date) + 1"}
        """
    )
    report = folder.check()
    assert [(problem.row, problem.column) for problem in report.problems] == [(3, "valid_to")]
    assert [str(row["valid_to"]) for row in folder.rows()] == ["2026-04-01", "None"]


def test_missing_columns_of_all_feeds_are_reported_together(folder: ExportFolder) -> None:
    folder.write("deals.csv", "Id,Stage,Satus,Amount\n")
    folder.write("teams.csv", "id,name\n1,North\n")
    folder.map(
        OPPORTUNITIES
        + """
      - {entity: team, file: teams.csv, columns: {team_id: id, name: name, parent_team_id: parent}}
      - {entity: product, file: prices.csv, columns: {product_id: id, name: name}}
      - {entity: lead, file: teams.csv, where: nmae = 'x', columns: {lead_id: id, created_at: {constant: yesterday}}}
    """
    )
    report = folder.check()
    assert not report.can_load
    assert [(problem.file, problem.column) for problem in report.problems] == [
        ("deals.csv", "status"),
        ("deals.csv", "owner_person_id"),
        ("teams.csv", "parent_team_id"),
        ("prices.csv", ""),
        ("mapping.yml", "lead.where"),
    ]
    assert "no column 'Status' (did you mean 'Satus'?); it has Id, Stage, Satus, Amount" in report.problems[0].reason


def test_a_wrong_separator_is_suspected(folder: ExportFolder) -> None:
    folder.write("deals.csv", "Id;Stage;Status;Amount;Owner\n")
    folder.map(OPPORTUNITIES)
    assert (
        "it has Id;Stage;Status;Amount;Owner (a single column: is `separator` right?)"
        in folder.check().problems[0].reason
    )


def test_a_constant_that_does_not_fit_is_a_mistake_of_the_mapping(folder: ExportFolder) -> None:
    folder.write("teams.csv", "id\n1\n")
    folder.map(
        """
        source: acme
        feeds:
          - {entity: lead, file: teams.csv, columns: {lead_id: id, created_at: {constant: yesterday}}}
          - entity: product
            file: teams.csv
            columns: {product_id: id, name: id, list_price: {from: id, default: none}}
        """
    )
    report = folder.check()
    assert [(problem.file, problem.column) for problem in report.problems] == [
        ("mapping.yml", "lead.columns.created_at.constant"),
        ("mapping.yml", "product.columns.list_price.default"),
    ]
    assert not report.can_load


def test_a_broken_mapping_is_a_report_too(folder: ExportFolder) -> None:
    folder.map("source: acme\nfeeds: []\n")
    report = folder.check()
    assert not report.can_load
    assert [problem.line() for problem in report.problems] == ["mapping.yml line 2, feeds: is empty"]


def test_references_to_nothing_are_warnings(folder: ExportFolder) -> None:
    folder.write(
        "deals.csv", "Id,Stage,Status,Amount,Owner\n1,S1,open,,Ada\n2,S1,open,,Bo\n3,S2,open,,Bo\n4,S1,open,,\n"
    )
    folder.write("people.csv", "id\nAda\n")
    folder.write("stages.csv", "id\nS1\n")
    folder.map(
        OPPORTUNITIES
        + """
      - {entity: person, file: people.csv, columns: {person_id: id, name: id, manager_person_id: id}}
      - {entity: sales_stage, file: stages.csv, columns: {stage_name: id, status: {constant: open}}}
    """
    )
    report = folder.check()
    assert report.problems == ()
    assert [warning.line() for warning in report.warnings] == [
        "warning: deals.csv row 3, column owner_person_id: 'Bo' no person has this key (2 rows)",
        "warning: deals.csv row 4, column stage_name: 'S2' no sales_stage has this key (1 row)",
    ]


def test_references_to_entities_that_the_mapping_does_not_fill_are_not_judged(folder: ExportFolder) -> None:
    folder.write("deals.csv", "Id,Stage,Status,Amount,Owner\n1,Open,open,,Ada\n")
    folder.map(OPPORTUNITIES)
    assert folder.check().warnings == ()


@pytest.mark.parametrize(("amounts", "warned"), [(["$5", "€6"], True), (["$5", "$6"], False), (["5", "€6"], False)])
def test_amounts_in_several_currencies_are_a_warning(folder: ExportFolder, amounts: list[str], warned: bool) -> None:
    rows = "".join(f"{n},Open,open,{amount},\n" for n, amount in enumerate(amounts))
    folder.write("deals.csv", "Id,Stage,Status,Amount,Owner\n" + rows)
    folder.map(OPPORTUNITIES)
    report = folder.check()
    assert report.rows == 2
    assert [warning.column for warning in report.warnings] == (["amount"] if warned else [])


def test_the_key_of_a_quota_has_several_columns(folder: ExportFolder) -> None:
    folder.write("quotas.csv", "who,day,amount\n1,2026-01-01,5\n1,2026-04-01,5\n2,2026-01-01,5\n1,2026-01-01,6\n")
    folder.map(
        """
        source: acme
        feeds:
          - entity: quota
            file: quotas.csv
            columns: {person_id: who, period_type: {constant: quarter}, period_start_date: day, amount: amount}
        """
    )
    (problem,) = folder.check().problems
    assert (problem.row, problem.value) == (5, "1 /  / quarter / 2026-01-01")
    assert problem.reason == "has the same key as quotas.csv row 2"
