from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.sources.files.conftest import ExportFolder

PEOPLE = """
    person,manager,office
    Ada,Mo,North
    Bo,Mo,North
    Cy,Nell,South
"""


def test_values_are_typed_and_rows_know_where_they_came_from(folder: ExportFolder) -> None:
    folder.write(
        "deals.csv",
        """
        Nr;Phase;Betrag;Datum;Angelegt;Chance
        1;Gewonnen; 1.234,50 € ;31.03.2026;15.01.2026 12:00;100 %
        2;Offen;;;15.07.2026 12:00;12,5 %
        """,
    )
    folder.map(
        """
        source: acme
        defaults:
          separator: ";"
          number: "1.234,56"
          date_format: ["%d.%m.%Y", "%d.%m.%Y %H:%M"]
          time_zone: Europe/Berlin
        feeds:
          - entity: opportunity
            file: deals.csv
            columns:
              opportunity_id: Nr
              stage_name: Phase
              status: {from: Phase, values: {Gewonnen: won, "*": open}}
              amount: {from: Betrag, default: 0}
              currency_code: {constant: EUR}
              close_date: Datum
              created_at: Angelegt
              probability: Chance
        """
    )
    first, second = folder.rows()
    assert first["amount"] == Decimal("1234.50")
    assert first["close_date"] == dt.date(2026, 3, 31)
    assert first["created_at"] == dt.datetime(2026, 1, 15, 11, tzinfo=dt.UTC)
    assert first["probability"] == Decimal("1.0000")
    assert (first["status"], second["status"]) == ("won", "open")
    assert (second["amount"], second["close_date"]) == (Decimal("0.00"), None)
    assert second["created_at"] == dt.datetime(2026, 7, 15, 10, tzinfo=dt.UTC)
    assert second["probability"] == Decimal("0.1250")
    meta = {name: value for name, value in second.items() if name.startswith("_")}
    assert meta == {
        "_source": "acme",
        "_company_id": "acme",
        "_key_source": "acme",
        "_file": "deals.csv",
        "_row": 3,
        "_feed": "opportunity",
    }
    assert first["name"] is None


def test_lists_inside_lists_come_out_once(folder: ExportFolder) -> None:
    folder.write("people.csv", PEOPLE)
    folder.map(
        """
        source: acme
        company: acme_north
        keys_of: salesforce
        feeds:
          - entity: person
            name: sellers
            file: people.csv
            columns: {person_id: person, name: person, manager_person_id: manager}
          - entity: person
            name: managers
            file: people.csv
            distinct: true
            columns: {person_id: manager, name: manager}
          - entity: team
            file: people.csv
            distinct: true
            columns: {team_id: office, name: office}
        """
    )
    sellers, managers, teams = folder.convert().feeds
    assert sellers.rows.column("person_id").to_pylist() == ["Ada", "Bo", "Cy"]
    assert managers.rows.column("person_id").to_pylist() == ["Mo", "Nell"]
    assert managers.repeated_count == 1
    assert managers.refused_count == 0
    assert teams.rows.column("_row").to_pylist() == [2, 4]
    assert teams.rows.column("_company_id").unique().to_pylist() == ["acme_north"]
    assert teams.rows.column("_key_source").unique().to_pylist() == ["salesforce"]


def test_distinct_also_leaves_out_what_an_earlier_feed_has(folder: ExportFolder) -> None:
    folder.write("people.csv", "person,manager\nAda,Mo\nMo,\n")
    folder.map(
        """
        source: acme
        feeds:
          - {entity: person, name: all, file: people.csv, columns: {person_id: person, name: person}}
          - entity: person
            name: managers
            file: people.csv
            where: manager is not null
            distinct: true
            columns: {person_id: manager, name: {constant: only a manager}}
        """
    )
    everybody, managers = folder.convert().feeds
    assert everybody.rows.num_rows == 2
    assert (managers.rows.num_rows, managers.repeated_count, managers.left_out_count) == (0, 1, 1)
    assert managers.warnings == ()


def test_rows_left_out_that_say_something_else_are_told(folder: ExportFolder) -> None:
    folder.write("people.csv", PEOPLE + "    Di,Mo,South\n")
    folder.map(
        """
        source: acme
        feeds:
          - entity: team
            file: people.csv
            distinct: true
            columns: {team_id: manager, name: manager, parent_team_id: office}
        """
    )
    (team,) = folder.convert().feeds
    assert team.rows.column("parent_team_id").to_pylist() == ["North", "South"]
    assert [(warning.row, warning.severity) for warning in team.warnings] == [(5, "warning")]
    assert "same key as people.csv row 2 but says something else" in team.warnings[0].reason


def test_values_are_found_in_another_file(folder: ExportFolder) -> None:
    folder.write("users.csv", "name,id,since\nAda,u1,31.03.2026\nBo,u2,\nBo,u3,\nCy,,\n")
    folder.write("deals.csv", "id,owner\n1,Ada\n2,Bo\n3,Cy\n4,Di\n5,\n")
    mapping = """
        source: acme
        files: {{users: {{file: users.csv}}}}
        feeds:
          - entity: account
            file: deals.csv
            columns:
              account_id: id
              name: id
              owner_person_id: {{from: owner, lookup: {{in: users, key: name, value: id}}{unmapped}}}
    """
    folder.map(mapping.format(unmapped=""))
    (feed,) = folder.convert().feeds
    assert feed.rows.column("owner_person_id").to_pylist() == ["u1", None, None]
    assert [(row["_row"], row["reason"]) for row in feed.refused.to_pylist()] == [
        (3, "is in users.csv more than once with different values"),
        (5, "is not in users.csv"),
    ]
    folder.map(mapping.format(unmapped=", unmapped: keep"))
    assert [row["owner_person_id"] for row in folder.rows()] == ["u1", None, "Di", None]
    folder.map(mapping.format(unmapped=", unmapped: empty"))
    assert [row["owner_person_id"] for row in folder.rows()] == ["u1", None, None, None]


def test_what_happens_to_values_that_are_not_listed_is_a_choice(folder: ExportFolder) -> None:
    folder.write("a.csv", "id,sector\n1,technolgy\n2,retail\n")
    mapping = """
        source: acme
        feeds:
          - entity: account
            file: a.csv
            columns: {{account_id: id, name: id, industry: {{from: sector, values: {{technolgy: technology{more}}}}}}}
    """
    folder.map(mapping.format(more=""))
    assert [row["industry"] for row in folder.rows()] == ["technology", "retail"]
    folder.map(mapping.format(more=', "*": other'))
    assert [row["industry"] for row in folder.rows()] == ["technology", "other"]
    folder.map(mapping.replace("{more}}}}}", "}}, unmapped: empty}}").format())
    assert [row["industry"] for row in folder.rows()] == ["technology", None]
    folder.map(mapping.replace("{more}}}}}", "}}, unmapped: refuse}}").format())
    (feed,) = folder.convert().feeds
    assert [row["reason"] for row in feed.refused.to_pylist()] == ["is not among the mapping's `values`"]
    assert feed.rows.num_rows == 1


def test_numbers_are_scaled_and_rounded_only_where_the_mapping_says_so(folder: ExportFolder) -> None:
    folder.write("a.csv", "id,millions,exact\n1,1100.04,559697.5639\n")
    folder.map(
        """
        source: acme
        feeds:
          - entity: account
            file: a.csv
            columns: {account_id: id, name: id, annual_revenue: {from: millions, multiply: 1000000}}
          - entity: quota
            file: a.csv
            columns:
              person_id: id
              period_type: {constant: year}
              period_start_date: {constant: 2026-01-01}
              amount: {from: exact, round: half_up}
          - entity: invoice
            file: a.csv
            columns: {invoice_id: id, invoice_date: {constant: 2026-01-01}, amount: exact}
        """
    )
    account, quota, invoice = folder.convert().feeds
    assert account.rows.column("annual_revenue").to_pylist() == [Decimal("1100040000.00")]
    assert quota.rows.column("amount").to_pylist() == [Decimal("559697.56")]
    assert invoice.rows.num_rows == 0
    assert "has 4 decimals, the column holds 2" in invoice.refused.to_pylist()[0]["reason"]


def test_a_condition_leaves_rows_out_without_refusing_them(folder: ExportFolder) -> None:
    folder.write("a.csv", "id,kind\n1,x\n2,y\n3,x\n")
    folder.map(
        """
        source: acme
        feeds:
          - {entity: team, file: a.csv, where: "kind = 'x'", columns: {team_id: id, name: {expression: "upper(kind)"}}}
        """
    )
    (feed,) = folder.convert().feeds
    assert [(row["team_id"], row["name"], row["_row"]) for row in feed.rows.to_pylist()] == [
        ("1", "X", 2),
        ("3", "X", 4),
    ]
    assert (feed.read_count, feed.left_out_count, feed.refused_count) == (3, 1, 0)


def test_words_for_no_value_are_empty(folder: ExportFolder) -> None:
    folder.write("a.csv", "id,parent\n1,n/a\n2, - \n3,1\n")
    folder.map(
        """
        source: acme
        defaults: {null_values: [n/a, "-"]}
        feeds:
          - {entity: team, file: a.csv, columns: {team_id: id, name: id, parent_team_id: parent}}
        """
    )
    assert [row["parent_team_id"] for row in folder.rows()] == [None, None, "1"]


def test_a_feed_without_rows_is_normal(folder: ExportFolder) -> None:
    folder.write("a.csv", "id,name\n")
    folder.map(
        """
        source: acme
        feeds:
          - {entity: team, file: a.csv, distinct: true, where: id > '1', columns: {team_id: id, name: name}}
          - {entity: product, file: a.csv, columns: {product_id: id, name: name, list_price: {constant: 1}}}
        """
    )
    conversion = folder.convert()
    assert [feed.rows.num_rows for feed in conversion.feeds] == [0, 0]
    assert [warning.reason for feed in conversion.feeds for warning in feed.warnings] == ["the feed has no rows"] * 2
