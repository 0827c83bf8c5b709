"""An export folder as systems leave it: five formats, four encodings, habits of two countries, dirt. YAML maps it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from salesops_pipeline.settings import load_settings
from salesops_pipeline.sources.files.source import load
from tests.sources.files.conftest import ExportFolder

MAPPING = """
    source: fabrik
    company: fabrik_gmbh
    defaults: {time_zone: Europe/Berlin, null_values: ["-", k.A.]}
    files:
      users: {file: crm_users.txt, encoding: utf-16, separator: tab}

    feeds:
      # Pipeline.xlsx: two title rows, a subtotal below; numbers as texts, dates as dates or as serial numbers.
      - entity: opportunity
        file: Pipeline 2026.xlsx
        sheet: Übersicht
        skip_rows: 2
        skip_last_rows: 1
        columns:
          opportunity_id: Nr.
          name: Bezeichnung
          account_id: Kunde
          owner_person_id: {from: Verantwortlich, lookup: {in: users, key: Name, value: User ID}}
          stage_name: Phase
          status: {from: Phase, values: {Gewonnen: won, Verloren: lost, "*": open}}
          amount: {from: Wert, number: "1.234,56"}
          currency_code: {constant: EUR}
          probability: {from: Chance, number: "1,5"}
          created_at: {from: Angelegt, date_format: [excel, "%d.%m.%Y %H:%M"]}
          close_date: {from: Abschluss, date_format: ["%d.%m.%Y"]}

      # kunden.csv: Windows encoding, semicolons, German numbers, bookkeepers' brackets, a line break in a cell.
      - entity: account
        file: kunden.csv
        encoding: cp1252
        separator: ";"
        number: "1.234,56"
        date_format: "%d.%m.%Y"
        true_values: [ja]
        false_values: [nein]
        where: '"Gelöscht" <> ''ja'''
        columns:
          account_id: Kundennr
          name: {expression: "regexp_replace(Firma, '\\\\s+', ' ', 'g')"}
          annual_revenue: {from: Umsatz (Tsd.), multiply: 1000}
          employee_count: Mitarbeiter
          country: {from: Land, values: {D: Germany, A: Austria}}
          created_at: Kunde seit

      - entity: invoice
        file: kunden.csv
        name: balances
        encoding: cp1252
        separator: ";"
        number: "1.234,56"
        columns:
          invoice_id: {expression: "'saldo-' || Kundennr"}
          account_id: Kundennr
          invoice_date: {constant: 2026-01-01}
          amount: {from: Saldo, default: 0}
          status: {constant: open}

      # activities.json: a nested document of an API, times in milliseconds.
      - entity: activity
        file: activities.json
        records: response.users.activities
        columns:
          activity_id: id
          activity_type: {from: type.code, values: {C: call, M: meeting, "*": other}}
          occurred_at: {from: when, date_format: unix_ms}
          owner_person_id: parent.id
          opportunity_id: links.deal
          is_completed: done
          duration_minutes: minutes

      # quotas_*.tsv: no header, rows end in a pipe, one file per year, thousands abbreviated.
      - entity: quota
        file: quotas_*.tsv
        row_end: "|"
        header: [who, from, target, note]
        columns:
          person_id: who
          period_type: {constant: quarter}
          period_start_date: {from: from, date_format: "%m/%d/%Y"}
          amount: {from: target, number: "$1,234.56K"}
          currency_code: {constant: USD}

      - entity: product
        file: products.parquet
        columns: {product_id: sku, name: name, list_price: price.net, is_active: active}

      - entity: person
        file: users
        columns: {person_id: User ID, name: Name, hire_date: {from: Since, date_format: "%d-%b-%y"}}
"""


def write_exports(folder: ExportFolder) -> None:
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("Deckblatt").append(["Fabrik GmbH"])
    sheet = book.create_sheet("Übersicht")
    for row in [
        ["Pipeline zum 31.03.2026", None, None, "vertraulich"],
        ["erstellt von k.A."],
        ["Nr.", "Bezeichnung", "Kunde", "Verant-\nwortlich", "Phase", "Wert", "Chance", "Angelegt", "Abschluss"],
        [1001, "Presse", "K1", "Jürgen Groß", "Angebot", "1.234,50 €", "12,5 %", 46023.5, dt.datetime(2026, 6, 30)],
        [1002, "Stanze", "K2", "Ida", "Gewonnen", 99999.1, 1, "15.07.2025 08:30", "31.03.2026"],
        [None] * 9,
        [1003, "Säge", "K9", "Nobody", "Verloren", "-", None, None, None],
        [1004, "Bohrer", "#N/A", "Ida", "Angebot", "1,234.50", None, None, "2026-02-30"],
        ["Summe", None, None, None, None, 123],
    ]:
        sheet.append([cell.replace("Verant-\nwort", "Verantwort") if isinstance(cell, str) else cell for cell in row])
    book.save(folder.path / "Pipeline 2026.xlsx")

    folder.write(
        "kunden.csv",
        'Kundennr;Firma;Umsatz (Tsd.);Mitarbeiter;Land;Saldo;"Kunde seit";Gelöscht\n'
        'K1;"Müller\n& Söhne";1.234,56;1.200;D;(1.200,00);01.02.2003;nein\n'
        "K2;Österreicher AG;-;k.A.;A;12,10-;;nein\n"
        "K3;Weg;1;1;D;;;ja\n"
        "K1;Noch einmal;5;5;CH;7,00;;nein\n",
        encoding="cp1252",
    )
    users = [
        {
            "id": "u1",
            "activities": [
                {
                    "id": 1,
                    "type": {"code": "C"},
                    "when": 1774915200000,
                    "links": {"deal": 1001},
                    "done": True,
                    "minutes": 30,
                },
                {"id": 2, "type": {"code": "M"}, "when": 1774915200001, "links": {}, "done": False, "minutes": 2.5},
            ],
        },
        {"id": "u2", "activities": [{"id": 3, "type": {"code": "X"}, "when": 1774915200000, "done": None}]},
    ]
    folder.write("activities.json", json.dumps({"response": {"users": users}}))
    folder.write("quotas_2025.tsv", "u1\t01/15/2025\t$342.09K\tfirst\nyear|u2\t01/01/2025\t$1,5M\t|", encoding="utf-8")
    folder.write("quotas_2026.tsv", "u1\t02/01/2026\t$1.25M\t|\nu2\t01/01/2026\t$12,500\t|\n", encoding="utf-8-sig")
    pq.write_table(
        pa.table(
            {
                "sku": pa.array([1, 2]),
                "name": ["Press", "Saw"],
                "price": pa.array(
                    [{"net": Decimal("10.00")}, {"net": None}], pa.struct([("net", pa.decimal128(9, 2))])
                ),
                "active": [True, None],
            }
        ),
        folder.path / "products.parquet",
    )
    folder.write(
        "crm_users.txt",
        "Name\tUser ID\tSince\nJürgen Groß\tu1\t01-Feb-20\nIda\tu2\t-\n",
        encoding="utf-16",
    )


@pytest.fixture
def exports(folder: ExportFolder) -> ExportFolder:
    write_exports(folder)
    folder.map(MAPPING)
    return folder


def test_good_rows_come_out_exactly(exports: ExportFolder) -> None:
    conversion = exports.convert()
    assert conversion.problems == ()
    rows = {feed.feed.name: feed.rows.to_pylist() for feed in conversion.feeds}

    press, punch = rows["opportunity"]
    assert (press["opportunity_id"], press["_row"], press["amount"]) == ("1001", 4, Decimal("1234.50"))
    assert (press["owner_person_id"], press["probability"]) == ("u1", Decimal("0.1250"))
    assert press["created_at"] == dt.datetime(2026, 1, 1, 11, tzinfo=dt.UTC)
    assert press["close_date"] == dt.date(2026, 6, 30)
    assert (punch["amount"], punch["status"], punch["probability"]) == (Decimal("99999.10"), "won", Decimal(1))
    assert punch["created_at"] == dt.datetime(2025, 7, 15, 6, 30, tzinfo=dt.UTC)
    assert punch["close_date"] == dt.date(2026, 3, 31)

    mueller, austrian = rows["account"]
    assert (mueller["name"], mueller["annual_revenue"]) == ("Müller & Söhne", Decimal("1234560.00"))
    assert (mueller["employee_count"], mueller["country"]) == (1200, "Germany")
    assert mueller["created_at"] == dt.datetime(2003, 1, 31, 23, tzinfo=dt.UTC)
    assert (austrian["annual_revenue"], austrian["employee_count"]) == (None, None)
    assert [row["amount"] for row in rows["balances"]] == [Decimal("-1200.00"), Decimal("-12.10"), Decimal("0.00")]

    call, other = rows["activity"]
    assert (call["activity_type"], call["owner_person_id"], call["opportunity_id"]) == ("call", "u1", "1001")
    assert call["occurred_at"] == dt.datetime(2026, 3, 31, tzinfo=dt.UTC)
    assert (call["is_completed"], call["duration_minutes"]) == (True, 30)
    assert (other["activity_id"], other["activity_type"], other["is_completed"]) == ("3", "other", None)

    quotas = {(row["_file"], row["person_id"]): row["amount"] for row in rows["quota"]}
    assert quotas == {
        ("quotas_2025.tsv", "u1"): Decimal("342090.00"),
        ("quotas_2026.tsv", "u1"): Decimal("1250000.00"),
        ("quotas_2026.tsv", "u2"): Decimal("12500.00"),
    }
    assert [(row["product_id"], row["list_price"], row["is_active"]) for row in rows["product"]] == [
        ("1", Decimal("10.00"), True),
        ("2", None, None),
    ]
    assert [(row["name"], row["hire_date"]) for row in rows["person"]] == [
        ("Jürgen Groß", dt.date(2020, 2, 1)),
        ("Ida", None),
    ]


def test_what_is_wrong_is_told_with_file_row_and_column(exports: ExportFolder) -> None:
    report = exports.check()
    assert report.can_load
    found = [(problem.file, problem.row, problem.column, problem.value, problem.reason) for problem in report.problems]
    assert found == [
        ("Pipeline 2026.xlsx", 7, "owner_person_id", "Nobody", "is not in crm_users.txt"),
        ("Pipeline 2026.xlsx", 8, "account_id", "#N/A", "is an error of the spreadsheet"),
        ("Pipeline 2026.xlsx", 8, "amount", "1,234.50", "is not a number written like 1.234,56"),
        ("Pipeline 2026.xlsx", 8, "close_date", "2026-02-30", "is not a date written like %d.%m.%Y"),
        ("kunden.csv", 6, "account_id", "K1", "has the same key as kunden.csv row 2"),
        ("kunden.csv", 6, "invoice_id", "saldo-K1", "has the same key as kunden.csv row 2"),
        (
            "activities.json",
            2,
            "duration_minutes",
            "2.5",
            "has 1 decimals, the column holds 0 (`round: half_up` would round it)",
        ),
        ("quotas_2025.tsv", 2, "amount", "$1,5M", "is not a number written like $1,234.56K"),
    ]
    assert [warning.line() for warning in report.warnings] == [
        "warning: kunden.csv row 5, column account_id: 'K3' no account has this key (1 row)"
    ]


def test_the_folder_loads(tmp_path: Path, exports: ExportFolder) -> None:
    settings = load_settings(data_dir=tmp_path / "data", files_dirs=(exports.path,))
    result = load(settings)
    counts = {table.table: table.rows for table in result.tables if table.rows}
    assert counts == {
        "opportunity": 2,
        "account": 2,
        "invoice": 3,
        "activity": 2,
        "quota": 3,
        "product": 2,
        "person": 2,
        "quarantine": 8,
        "feed_load": 7,
    }
