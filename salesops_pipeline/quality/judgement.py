"""By what something is judged: suite files, contracts, our own code and the tools, as a fingerprint.

An answer of the gate is kept with it. While the data and this stay the same, the answer does, and need not be found
again; an edited expectation is another judge, whose answer is not known yet.
"""

from __future__ import annotations

from pathlib import Path

from salesops_pipeline import fingerprints
from salesops_pipeline.contracts import SOURCES_DIR, systems
from salesops_pipeline.settings import Settings

_HERE = Path(__file__).parent
_TOOLS = ("great-expectations", "duckdb", "duckdb-sqlalchemy", "sqlalchemy")


def judge_of_landing(settings: Settings, system: str) -> str:
    """By what the raw landing of a system is judged."""
    return _judge(settings.expectations_dir, [f"raw/{system}"], [system])


def judge_of_candidate(settings: Settings) -> str:
    """By what a candidate is judged; how the landing of its loads was judged is part of its certificate."""
    return _judge(settings.expectations_dir, ["."], systems())


def _judge(expectations_dir: Path, suites: list[str], contracts: list[str] | tuple[str, ...]) -> str:
    return fingerprints.of_texts(
        (
            fingerprints.of_files(expectations_dir, suites),
            fingerprints.of_files(SOURCES_DIR, [f"{system}/contract.yml" for system in contracts]),
            fingerprints.of_files(_HERE),
            fingerprints.of_packages(_TOOLS),
        )
    )
