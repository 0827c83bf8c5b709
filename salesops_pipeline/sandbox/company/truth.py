"""What was planted, as tables that only tests read: skills, win chances, duplicates, merges and deletes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from salesops_pipeline.sandbox.company.world import World

_SPELL = ("valid_from", "valid_to", "team_id", "manager_id", "title")
_TABLES = {
    "person": ("person_id", "role", "skill", "hire_date", "leave_date"),
    "assignment": ("person_id", *_SPELL),
    "opportunity": ("opportunity_id", "first_stage", "win_chance", "quality", "product_family", "is_neglected"),
    "duplicate": ("account_id", "original_account_id", "planted_on", "merged_on"),
    "merge": ("merged_account_id", "surviving_account_id", "merged_at"),
    "stale_reference": ("opportunity_id", "merged_account_id"),
    "deletion": ("sobject", "record_id", "deleted_at", "undeleted_at", "purged_on"),
}


def tables(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """Rows per table, in the column order of `_TABLES`."""
    latent = {kind: sorted(world.latent[kind].items()) for kind in ("person", *_TABLES)}
    return {
        "person": [(key, data["role"], data["skill"], data["hire"], data["leave"]) for key, data in latent["person"]],
        "assignment": [
            (key, *spell) for key, data in latent["person"] for spell in data["spells"] if spell[0] != spell[1]
        ],
        "opportunity": [
            (key, data["first_stage"], data["win_chance"], data["quality"], data["family"], data["neglected"])
            for key, data in latent["opportunity"]
        ],
        "duplicate": [
            (key, data["original"], data["planted_on"], data["merged_on"]) for key, data in latent["duplicate"]
        ],
        "merge": [(key, data["survivor"], data["merged_at"]) for key, data in latent["merge"]],
        "stale_reference": [
            (opportunity, key) for key, data in latent["merge"] for opportunity in data["stale_opportunities"]
        ],
        "deletion": [
            (data["sobject"], key, data["deleted_at"], data["undeleted_at"], data["purged_on"])
            for key, data in latent["deletion"]
        ],
    }


def write(world: World, directory: Path) -> None:
    """Write one Parquet file per table, replacing earlier ones."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    directory.mkdir(parents=True, exist_ok=True)
    for name, rows in tables(world).items():
        columns = zip(*rows, strict=True) if rows else [()] * len(_TABLES[name])
        table = pa.table({column: list(values) for column, values in zip(_TABLES[name], columns, strict=True)})
        partial = directory / f".{name}.partial"
        pq.write_table(table, partial)
        partial.replace(directory / f"{name}.parquet")
