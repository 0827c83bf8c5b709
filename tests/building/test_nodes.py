"""Models and tests that a build left alone are still known as an earlier one found them."""

from __future__ import annotations

from salesops_pipeline.building.nodes import KnownNodes, keep_nodes, nodes_path, read_nodes
from salesops_pipeline.building.results import NodeResult
from salesops_pipeline.settings import load_settings


def test_a_build_of_some_nodes_keeps_what_is_known_of_the_others(tmp_path) -> None:
    settings = load_settings(data_dir=tmp_path)
    first = [
        NodeResult("model.salesops.a", "success"),
        NodeResult("test.salesops.x", "pass"),
        NodeResult("test.salesops.y", "warn"),
    ]
    keep_nodes(settings, KnownNodes().updated(first, "1"))
    known = read_nodes(settings).updated([NodeResult("test.salesops.y", "pass")], "2")
    assert {name: node.build for name, node in known.nodes.items()} == {
        "model.salesops.a": "1",
        "test.salesops.x": "1",
        "test.salesops.y": "2",
    }
    assert (known.counts().passed, known.counts().warned) == (2, 0)


def test_what_cannot_be_read_is_not_known(tmp_path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert read_nodes(settings) == KnownNodes()
    nodes_path(settings).parent.mkdir(parents=True)
    nodes_path(settings).write_text("{")
    assert read_nodes(settings) == KnownNodes()
