"""The personnel department's spreadsheet: who was in which team under whom, which Salesforce keeps no history of.

It is written the way people export such lists - semicolons, ``DD.MM.YYYY``, the name beside the key - together with the
mapping by which the files connector reads it.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from salesops_pipeline.sandbox.company.world import World

ASSIGNMENTS_FILE = "assignments.csv"
_HEADER = ("User ID", "Name", "Valid from", "Valid to", "Team ID", "Team", "Manager ID", "Role")
_MAPPING = f"""\
# Salesforce keeps no history of teams and managers; this list of the personnel department does.
source: people_history
keys_of: salesforce
defaults:
  separator: ";"
  encoding: utf-8
  date_format: "%d.%m.%Y"
feeds:
  - entity: person_assignment
    file: {ASSIGNMENTS_FILE}
    columns:
      person_id: User ID
      valid_from: Valid from
      valid_to: Valid to          # first day after the assignment; empty while it lasts
      team_id: Team ID
      manager_person_id: Manager ID
      role_name: Role
"""


def write(world: World, directory: Path) -> None:
    """Write the list and its mapping, replacing earlier ones."""
    directory.mkdir(parents=True, exist_ok=True)
    _replace(directory / "mapping.yml", _MAPPING)
    partial = directory / f".{ASSIGNMENTS_FILE}.partial"
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(_HEADER)
        writer.writerows(rows(world))
    partial.replace(directory / ASSIGNMENTS_FILE)


def rows(world: World) -> list[tuple[str, ...]]:
    """One row per spell of a person, oldest person first."""
    users, roles = world.rows["User"], world.rows["UserRole"]
    return [
        (
            user_id,
            users[user_id]["Name"],
            _human(start),
            _human(end),
            team or "",
            roles[team]["Name"] if team else "",
            manager or "",
            title,
        )
        for user_id in users
        for start, end, team, manager, title in world.latent["person"].get(user_id, {}).get("spells", ())
        if start != end
    ]


def _human(day: str | None) -> str:
    return dt.date.fromisoformat(day).strftime("%d.%m.%Y") if day else ""


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
