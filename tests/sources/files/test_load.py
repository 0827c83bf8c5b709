"""Loads into a real lake, seen as staging sees them: the rows of the newest load of each feed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from salesops_pipeline.errors import ConfigurationError, UserError
from salesops_pipeline.settings import Settings, load_settings
from salesops_pipeline.sources.base import SourceLoad
from salesops_pipeline.sources.files.source import load
from tests.sources.files.conftest import ExportFolder

TEAMS = """
    source: acme
    feeds:
      - {entity: team, file: teams.csv, columns: {team_id: id, name: name}}
      - {entity: product, file: products.csv, columns: {product_id: id, name: name, list_price: price}}
"""


class Lake:
    """A deployment with export folders."""

    def __init__(self, root: Path, *folders: Path) -> None:
        policy = root / "policy"
        policy.mkdir()
        (policy / "company.yml").write_text(
            "companies:\n"
            "- {company_id: acme_inc, time_zone: Europe/Berlin}\n"
            "- {company_id: other_inc, time_zone: UTC}\n"
        )
        self.settings: Settings = load_settings(data_dir=root / "data", policy_dir=policy, files_dirs=folders)

    def load(self, **arguments: object) -> SourceLoad:
        return load(self.settings, **arguments)  # pyright: ignore[reportArgumentType]

    def table(self, name: str, columns: str = "*") -> list[tuple]:
        """Rows of the newest load of each feed."""
        files, loads = (self.settings.lake.visible_files("files", table) for table in (name, "feed_load"))
        if not files:
            return []
        entity = "raw.entity" if name == "quarantine" else f"'{name}'"
        return duckdb.execute(
            f"""
            with newest as (
                select * from read_parquet($loads)
                qualify row_number() over (
                    partition by _source, entity, _feed order by cast(_dlt_load_id as double) desc
                ) = 1
            )
            select {columns} from read_parquet($files) as raw
            semi join newest
            on raw._source = newest._source and raw._feed = newest._feed and raw._dlt_load_id = newest._dlt_load_id
                and newest.entity = {entity}
            order by all
            """,
            {"files": [str(path) for path in files], "loads": [str(path) for path in loads]},
        ).fetchall()


def counts(result: SourceLoad) -> dict[str, tuple[int, str]]:
    return {table.table: (table.rows, table.method) for table in result.tables}


@pytest.fixture
def lake(tmp_path: Path, folder: ExportFolder) -> Lake:
    """A deployment with the one folder, filled."""
    folder.write("teams.csv", "id,name\n1,North\n2,South\n")
    folder.write("products.csv", "id,name,price\nA,Anvil,10.50\n")
    folder.map(TEAMS)
    return Lake(tmp_path, folder.path)


def test_without_folders_nothing_is_connected(tmp_path: Path) -> None:
    assert load(load_settings(data_dir=tmp_path)) == SourceLoad("files", connected=False)


def test_the_first_load_brings_everything_and_the_second_nothing(lake: Lake) -> None:
    said: list[str] = []
    first = counts(lake.load(on_progress=said.append))
    assert (first["team"], first["product"], first["feed_load"]) == ((2, "files"), (1, "files"), (2, "files"))
    assert first["opportunity"] == (0, "unchanged")
    second = lake.load(on_progress=said.append)
    assert second.rows == 0
    assert {method for _, method in counts(second).values()} == {"unchanged"}
    assert said == ["acme: team 2, quarantine 0, product 1", "acme: unchanged"]
    assert len(lake.settings.lake.visible_files("files", "feed_load")) == 1
    assert lake.table("team", "team_id, name, _company_id, _row") == [
        ("1", "North", "acme_inc", 2),
        ("2", "South", "acme_inc", 3),
    ]


def test_only_the_feed_that_changed_is_written_and_replaces_its_rows(lake: Lake, folder: ExportFolder) -> None:
    lake.load()
    folder.write("teams.csv", "id,name\n1,Nord\n3,East\n")
    result = counts(lake.load())
    assert (result["team"], result["product"]) == ((2, "files"), (0, "unchanged"))
    assert lake.table("team", "team_id, name") == [("1", "Nord"), ("3", "East")]
    assert lake.table("product", "product_id") == [("A",)]


def test_an_export_that_became_empty_leaves_no_rows(lake: Lake, folder: ExportFolder) -> None:
    lake.load()
    folder.write("teams.csv", "id,name\n")
    assert counts(lake.load())["team"] == (0, "files")
    assert lake.table("team") == []


def test_a_feed_that_left_the_mapping_leaves_no_rows(lake: Lake, folder: ExportFolder) -> None:
    lake.load()
    folder.map(TEAMS[: TEAMS.index("      - {entity: product")])
    lake.load()
    assert lake.table("product") == []
    assert len(lake.table("team")) == 2
    assert lake.load().rows == 0


def test_a_source_that_was_renamed_leaves_no_rows_under_its_old_name(lake: Lake, folder: ExportFolder) -> None:
    lake.load()
    folder.map(TEAMS.replace("source: acme", "source: acme_crm"))
    lake.load()
    assert lake.table("team", "distinct _source") == [("acme_crm",)]


def test_folders_that_trade_places_keep_their_rows(tmp_path: Path, lake: Lake, folder: ExportFolder) -> None:
    lake.load()
    moved = folder.path.rename(tmp_path / "moved")
    newcomer = ExportFolder(folder.path)
    newcomer.write("teams.csv", "id,name\n9,West\n")
    newcomer.map(TEAMS[: TEAMS.index("      - {entity: product")].replace("source: acme", "source: newcomer"))
    for folders in ((moved, newcomer.path), (newcomer.path, moved)):
        load(lake.settings.model_copy(update={"files_dirs": folders}))
        assert lake.table("team", "_source, team_id") == [("acme", "1"), ("acme", "2"), ("newcomer", "9")]


def test_bad_rows_go_to_quarantine_and_leave_it_when_they_are_mended(lake: Lake, folder: ExportFolder) -> None:
    folder.write("products.csv", "id,name,price\nA,Anvil,10.50\nB,Bolt,ten\n,,1\n")
    result = lake.load()
    assert result.notes == ("acme: 2 rows refused, see quarantine",)
    assert counts(result)["quarantine"] == (3, "files")
    assert lake.table("product", "product_id") == [("A",)]
    assert lake.table("quarantine", "entity, column_name, value, reason, _file, _row, _feed") == [
        ("product", "list_price", "ten", "is not a number", "products.csv", 3, "product"),
        ("product", "name", None, "is required but empty", "products.csv", 4, "product"),
        ("product", "product_id", None, "is required but empty", "products.csv", 4, "product"),
    ]
    folder.write("products.csv", "id,name,price\nA,Anvil,10.50\nB,Bolt,10\n")
    lake.load()
    assert lake.table("quarantine") == []
    assert lake.table("product", "product_id") == [("A",), ("B",)]


def test_a_column_that_is_missing_stops_the_folder_before_anything_of_it_is_written(
    lake: Lake, folder: ExportFolder
) -> None:
    lake.load()
    folder.write("teams.csv", "id,name\n7,West\n")
    folder.write("products.csv", "id,nam,price\nA,Anvil,1\n")
    with pytest.raises(UserError, match=r"no column 'name' \(did you mean 'nam'.*products\.csv"):
        lake.load()
    assert lake.table("team", "team_id") == [("1",), ("2",)]
    folder.write("products.csv", "id,name,price\nA,Anvil,1\n")
    lake.load()
    assert lake.table("team", "team_id") == [("7",)]


def test_a_broken_folder_does_not_hold_up_the_others(tmp_path: Path, lake: Lake, folder: ExportFolder) -> None:
    other = ExportFolder(tmp_path / "other")
    other.write("teams.csv", "id,name\n9,West\n")
    other.map(
        TEAMS[: TEAMS.index("      - {entity: product")].replace(
            "source: acme", "source: other\n    company: other_inc"
        )
    )
    (folder.path / "products.csv").unlink()
    with pytest.raises(UserError, match="no such file"):
        load(lake.settings.model_copy(update={"files_dirs": (folder.path, other.path)}))
    assert lake.table("team", "_source, _company_id, team_id") == [("other", "other_inc", "9")]


def test_two_folders_of_one_name_are_refused(tmp_path: Path, lake: Lake, folder: ExportFolder) -> None:
    other = ExportFolder(tmp_path / "other")
    other.map(TEAMS)
    with pytest.raises(ConfigurationError, match=r"two mappings have the source name 'acme'.*another `source`"):
        load(lake.settings.model_copy(update={"files_dirs": (folder.path, other.path)}))


def test_only_the_entities_asked_for_are_loaded(lake: Lake) -> None:
    result = counts(lake.load(tables=["product"]))
    assert set(result) == {"product", "quarantine", "feed_load"}
    assert lake.table("team") == []
    lake.load()
    assert len(lake.table("team")) == 2
    with pytest.raises(ConfigurationError, match="no table 'teams'"):
        lake.load(tables=["teams"])


def test_a_full_load_reads_everything_again_without_doubling_it(lake: Lake) -> None:
    lake.load()
    assert counts(lake.load(full=True))["team"] == (2, "files")
    assert len(lake.table("team")) == 2


def test_a_changed_lookup_file_is_noticed(lake: Lake, folder: ExportFolder) -> None:
    folder.write("names.csv", "id,long\n1,Far North\n2,Far South\n")
    folder.map(
        """
        source: acme
        files: {names: {file: names.csv}}
        feeds:
          - entity: team
            file: teams.csv
            columns: {team_id: id, name: {from: id, lookup: {in: names, key: id, value: long}}}
        """
    )
    lake.load()
    folder.write("names.csv", "id,long\n1,Very far north\n2,Far South\n")
    lake.load()
    assert lake.table("team", "name") == [("Far South",), ("Very far north",)]


def test_local_times_follow_the_companys_clock_unless_the_mapping_says_otherwise(
    lake: Lake, folder: ExportFolder
) -> None:
    folder.write("leads.csv", "id,at\n1,2026-01-15 00:30\n")
    mapping = """
        source: acme
        feeds:
          - {entity: lead, file: leads.csv, columns: {lead_id: id, created_at: at}}
    """
    folder.map(mapping)
    lake.load()
    assert lake.table("lead", "cast(created_at at time zone 'UTC' as varchar)") == [("2026-01-14 23:30:00",)]
    folder.map(mapping.replace("feeds:", "defaults: {time_zone: UTC}\n        feeds:"))
    lake.load()
    assert lake.table("lead", "cast(created_at at time zone 'UTC' as varchar)") == [("2026-01-15 00:30:00",)]


def test_a_company_that_the_policy_does_not_describe_is_noted(lake: Lake, folder: ExportFolder) -> None:
    folder.map(TEAMS.replace("source: acme", "source: acme\n    company: acme_ink"))
    (note,) = lake.load().notes
    assert "company 'acme_ink' is not described in policy/company.yml (did you mean 'acme_inc'" in note
