"""What is known of every model and test of the warehouse: how it ended when it last ran, and in which build that was.

A build of only what changed runs some of them. The others still stand as an earlier build left them, and whoever asks
how the warehouse was tested has to hear about them too.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from salesops_pipeline.building.results import NodeResult
from salesops_pipeline.publishing.build_record import DbtCounts, record_path
from salesops_pipeline.publishing.files import write_atomically
from salesops_pipeline.settings import Settings


class KnownNode(BaseModel):
    """A model or test as it last ran. ``build`` is the id of that build."""

    model_config = ConfigDict(frozen=True)

    status: str
    seconds: float
    failures: int | None
    build: str

    @classmethod
    def of(cls, result: NodeResult, build: str) -> KnownNode:
        """From what dbt said."""
        return cls(status=result.status, seconds=result.seconds, failures=result.failures, build=build)


class KnownNodes(BaseModel):
    """All of them, by dbt's unique id."""

    model_config = ConfigDict(frozen=True)

    nodes: dict[str, KnownNode] = {}

    def updated(self, results: Iterable[NodeResult], build: str) -> KnownNodes:
        """With what a later build of some of them found."""
        return KnownNodes(nodes={**self.nodes, **{result.unique_id: KnownNode.of(result, build) for result in results}})

    def counts(self) -> DbtCounts:
        """Outcomes of all tests."""
        tests = [node.status for unique_id, node in self.nodes.items() if unique_id.startswith("test.")]
        return DbtCounts(passed=tests.count("pass"), warned=tests.count("warn"))


def nodes_path(settings: Settings) -> Path:
    """Where they are kept: beside the record of the last build."""
    return record_path(settings).with_name("nodes.json")


def read_nodes(settings: Settings) -> KnownNodes:
    """What is known; nothing if nothing was kept or it is not readable."""
    try:
        return KnownNodes.model_validate_json(nodes_path(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return KnownNodes()


def keep_nodes(settings: Settings, nodes: KnownNodes) -> None:
    """Keep what is known, before the build is noted as passed."""
    write_atomically(nodes_path(settings), nodes.model_dump_json())
