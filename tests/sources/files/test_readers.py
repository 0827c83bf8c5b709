from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from salesops_pipeline.sources.files.mapping import NamedFile
from salesops_pipeline.sources.files.readers import (
    CellKind,
    FileReader,
    FileReadError,
    FileTable,
    ReadError,
    matching_files,
    read_file,
)
from tests.sources.files.conftest import ExportFolder

Read = Callable[..., FileTable]


@pytest.fixture
def read(folder: ExportFolder) -> Read:
    """Read a file of the folder; keywords are keys of the mapping."""

    def reader(name: str, **options: object) -> FileTable:
        return read_file(folder.path, name, NamedFile.model_validate({"file": name, **options}))

    return reader


def lines(table: FileTable) -> list[tuple[int, ...]]:
    columns = [column.to_pylist() for column in table.texts.columns]
    return [tuple(row) for row in zip(table.rows.to_pylist(), *columns, strict=True)]


def test_rows_are_numbered_by_their_line_also_after_a_quoted_line_break(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", 'id,note\n1,"two\nlines"\n\n2,"say ""hi"", ok"\n')
    table = read("a.csv")
    assert lines(table) == [(2, "1", "two\nlines"), (5, "2", 'say "hi", ok')]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", {}), ("utf-8-sig", {}), ("utf-16", {"encoding": "utf-16"}), ("cp1252", {"encoding": "cp1252"})],
)
def test_encodings_and_marks(folder: ExportFolder, read: Read, encoding: str, said: dict[str, str]) -> None:
    folder.write("a.csv", "Überschrift,b\nÄpfel,1\n", encoding=encoding)
    table = read("a.csv", **said)
    assert table.columns == ["Überschrift", "b"]
    assert lines(table) == [(2, "Äpfel", "1")]


@pytest.mark.parametrize(
    ("encoding", "hint"),
    [("cp1252", "byte 0xe4 in line 3.*cp1252"), ("utf-16", "mark of utf-16, so say `encoding: utf-16`")],
)
def test_a_wrong_encoding_is_named_with_its_place(folder: ExportFolder, read: Read, encoding: str, hint: str) -> None:
    folder.write("a.csv", "a,b\n1,2\nBär,3\n", encoding=encoding)
    with pytest.raises(ReadError, match=hint):
        read("a.csv")


def test_tabs_and_headers_that_the_mapping_gives(folder: ExportFolder, read: Read) -> None:
    folder.write("a.tsv", '1\t"x"\n2\ty\n')
    assert lines(read("a.tsv", header=["id", "v"])) == [(1, "1", "x"), (2, "2", "y")]
    table = read("a.tsv", header="false", quote="none")
    assert table.columns == ["column_1", "column_2"]
    assert lines(table)[0] == (1, "1", '"x"')


def test_separators_and_row_ends_of_several_characters(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", "1+|a\nb+|&|\n2+|c+|x&|\n\n3+|d+|&|\n")
    table = read("a.csv", separator="+|", row_end="&|", header=["id", "v", "w"])
    assert lines(table) == [(1, "1", "a\nb", ""), (3, "2", "c", "x"), (5, "3", "d", "")]


def test_row_ends_are_found_across_the_chunks_of_a_large_file(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", "".join(f"{number}+|{'x' * 97}&|\n" for number in range(30_000)))
    table = read("a.csv", separator="+|", row_end="&|", header=["id", "v"])
    assert table.texts.column("id").to_pylist() == [str(number) for number in range(30_000)]
    assert table.rows.to_pylist() == list(range(1, 30_001))
    assert table.texts.column("v").unique().to_pylist() == ["x" * 97]


def test_titles_above_and_totals_below_are_skipped(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", 'Report "open" deals\n\nid;v\n1;2\n3;4\nTotal;6\n')
    table = read("a.csv", separator=";", skip_rows="2", skip_last_rows="1")
    assert table.columns == ["id", "v"]
    assert lines(table) == [(4, "1", "2"), (5, "3", "4")]


def test_a_row_of_the_wrong_width_is_refused_and_the_others_stay(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", "id,v\n1\n2,3\n4,5,6\n,\n")
    table = read("a.csv")
    assert lines(table) == [(3, "2", "3")]
    assert [(row.file, row.row, row.reason) for row in table.refused] == [
        ("a.csv", 2, "the row has 1 values for 2 columns"),
        ("a.csv", 4, "the row has 3 values for 2 columns"),
    ]


def test_stray_quotes_refuse_their_row_only(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", 'id,v\n1,"x"y\n2,z\n')
    table = read("a.csv")
    assert lines(table) == [(3, "2", "z")]
    assert [row.row for row in table.refused] == [2]


def test_a_quote_that_never_closes_stops_the_file(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", 'id,v\n1,a\n2,"b\n3,c\n')
    with pytest.raises(ReadError, match="never closed") as error:
        read("a.csv")
    assert error.value.row == 3


def test_a_field_may_be_long(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", f"id,v\n1,{'x' * 300_000}\n")
    assert len(read("a.csv").texts.column("v")[0].as_py()) == 300_000


def test_names_of_columns_are_made_usable(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", ' Amount ,"Close\n Date",,amount\n1,2,3,4\n')
    assert read("a.csv").columns == ["Amount", "Close Date", "column_3", "amount_2"]


def test_an_empty_file_has_no_header(folder: ExportFolder, read: Read) -> None:
    folder.write("a.csv", "")
    with pytest.raises(ReadError, match="no header"):
        read("a.csv")


def spreadsheet(path: Path, rows: list[list[object]], *, title: str = "Data") -> None:
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("Cover")
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    book.save(path)


def test_a_sheet_keeps_what_cells_are_and_ignores_notes_beside_the_table(folder: ExportFolder, read: Read) -> None:
    spreadsheet(
        folder.path / "a.xlsx",
        [
            ["Pipeline by owner"],
            [],
            ["Id", "Amount", "Day", "At", "Won", None],
            [7, 0.1 + 0.2, dt.date(2026, 3, 31), dt.datetime(2026, 3, 31, 8, 30), True, None],
            [None, None, None, None, None, None],
            ["8", "1.234,50", "#N/A", None, None, "note"],
            ["Total", 5],
        ],
    )
    table = read("a.xlsx", sheet="Data", skip_rows="2", skip_last_rows="1")
    assert table.columns == ["Id", "Amount", "Day", "At", "Won"]
    assert lines(table) == [
        (4, "7", "0.3", "2026-03-31", "2026-03-31 08:30:00", "true"),
        (6, "8", "1.234,50", "#N/A", None, None),
    ]
    assert table.kinds["Amount"].to_pylist() == [CellKind.NATIVE, CellKind.TEXT]
    assert table.kinds["Day"].to_pylist() == [CellKind.NATIVE, CellKind.ERROR]


def test_a_missing_sheet_is_answered_with_those_there_are(folder: ExportFolder, read: Read) -> None:
    spreadsheet(folder.path / "a.xlsx", [["a"]], title="Opportunities")
    with pytest.raises(ReadError, match=r"did you mean 'Opportunities'.*it has Cover, Opportunities"):
        read("a.xlsx", sheet="Oportunities")
    with pytest.raises(ReadError, match="the sheet is empty"):
        read("a.xlsx")
    (folder.path / "b.xlsx").write_text("no spreadsheet")
    with pytest.raises(ReadError, match="not a spreadsheet"):
        read("b.xlsx")


def test_json_records_are_found_flattened_and_opened(folder: ExportFolder, read: Read) -> None:
    document = {
        "data": {
            "accounts": [
                {
                    "id": 1,
                    "owner": {"name": "Ada"},
                    "contacts": [{"id": "c1", "tags": ["x"]}, {"id": "c2", "ok": True}],
                },
                {"id": 2, "owner": None, "contacts": []},
            ]
        }
    }
    folder.write("a.json", json.dumps(document))
    accounts = read("a.json", records="data.accounts")
    assert accounts.texts.column("id").to_pylist() == ["1", "2"]
    assert accounts.texts.column("owner.name").to_pylist() == ["Ada", None]
    contacts = read("a.json", records="data.accounts.contacts")
    assert contacts.texts.column("id").to_pylist() == ["c1", "c2"]
    assert contacts.texts.column("parent.id").to_pylist() == ["1", "1"]
    assert contacts.texts.column("parent.owner.name").to_pylist() == ["Ada", "Ada"]
    assert contacts.texts.column("tags").to_pylist() == ['["x"]', None]
    assert contacts.texts.column("ok").to_pylist() == [None, "true"]
    with pytest.raises(ReadError, match="there is no 'acounts'; there are accounts"):
        read("a.json", records="data.acounts")


def test_json_numbers_stay_as_written(folder: ExportFolder, read: Read) -> None:
    folder.write("a.json", '[{"amount": 12345678901234567.10, "n": 1e3}]')
    assert lines(read("a.json")) == [(1, "12345678901234567.10", "1E+3")]


def test_json_lines_are_refused_one_by_one(folder: ExportFolder, read: Read) -> None:
    folder.write("a.jsonl", '{"id": 1}\n\n{"id": \n{"id": 2, "v": "x"}\n')
    table = read("a.jsonl")
    assert lines(table) == [(1, "1", None), (4, "2", "x")]
    assert [row.row for row in table.refused] == [3]
    folder.write("b.json", '[{"id": 1},\n oops]')
    with pytest.raises(ReadError, match="is not JSON") as error:
        read("b.json")
    assert error.value.row == 2


def test_parquet_values_are_plain(folder: ExportFolder, read: Read) -> None:
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "amount": pa.array([Decimal("1.50"), None], pa.decimal128(18, 2)),
            "rate": pa.array([0.1, 1e16]),
            "day": pa.array([dt.date(2026, 3, 31), None]),
            "at": pa.array([dt.datetime(2026, 3, 31, 8, tzinfo=dt.UTC), None], pa.timestamp("ns", tz="Europe/Berlin")),
            "owner": pa.array([{"name": "Ada"}, {"name": "Bo"}]),
            "name": pa.array(["x", "y"]).dictionary_encode(),
        }
    )
    pq.write_table(table, folder.path / "a.parquet")
    read_back = read("a.parquet")
    assert lines(read_back) == [
        (1, "1", "1.50", "0.1", "2026-03-31", "2026-03-31 08:00:00.000000Z", "Ada", "x"),
        (2, "2", None, "1e+16", None, None, "Bo", "y"),
    ]
    assert read_back.columns[5] == "owner.name"
    assert "name" not in read_back.kinds
    assert read_back.kinds["amount"].to_pylist() == [CellKind.NATIVE] * 2
    (folder.path / "b.parquet").write_text("no parquet")
    with pytest.raises(ReadError, match="is not Parquet"):
        read("b.parquet")


def test_patterns_mean_all_files_or_the_last(folder: ExportFolder) -> None:
    for month in ("01", "03", "02"):
        folder.write(f"2026/opps_{month}.csv", "id\n1\n")
    pattern = NamedFile.model_validate({"file": "2026/opps_*.csv"})
    assert matching_files(folder.path, pattern) == [f"2026/opps_{month}.csv" for month in ("01", "02", "03")]
    assert matching_files(folder.path, pattern.model_copy(update={"take": "last"})) == ["2026/opps_03.csv"]


def test_files_of_one_pattern_are_one_table(folder: ExportFolder) -> None:
    folder.write("a_1.csv", "id,v\n1,x\n")
    folder.write("a_2.csv", "w,id\ny,2\n")
    table = FileReader(folder.path).all(NamedFile.model_validate({"file": "a_*.csv"}))
    assert table.files.to_pylist() == ["a_1.csv", "a_2.csv"]
    assert lines(table) == [(2, "1", "x", None), (2, "2", None, "y")]


def test_a_missing_file_is_answered_with_the_closest(folder: ExportFolder) -> None:
    folder.write("opportunities.csv", "id\n")
    reader = FileReader(folder.path)
    with pytest.raises(FileReadError, match=r"no such file \(did you mean 'opportunities\.csv'") as error:
        reader.all(NamedFile.model_validate({"file": "oportunities.csv"}))
    assert error.value.file == "oportunities.csv"
    with pytest.raises(FileReadError, match="no file in the folder fits"):
        reader.all(NamedFile.model_validate({"file": "*.tsv"}))
    folder.write("a.doc", "x")
    with pytest.raises(FileReadError, match=r"what kind of file.*\.csv"):
        reader.all(NamedFile.model_validate({"file": "a.doc"}))
