"""JSON Schemas of messages and of the workflow document."""

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

import msgspec

from skep_contracts import catalogue, run_log
from skep_contracts.envelope import Envelope
from skep_contracts.graph_check import document_schema
from skep_contracts.plugins.manifest import NODES, hooks_of
from skep_contracts.plugins.nodes import NodeDescription, NodeHooks
from skep_contracts.problems import Problem

FOLDER = "contracts/schemas"


def schemas() -> Iterator[tuple[str, str]]:
    """Yield the path and content of every schema."""
    for kind, messages in (
        ("events", catalogue.events()),
        ("commands", catalogue.commands()),
        ("calls", catalogue.calls()),
        ("replies", catalogue.replies()),
    ):
        for name, message in messages.items():
            yield f"{FOLDER}/{kind}/{name}.schema.json", _text(_schema(message, name))
    for name, struct in (
        ("envelope", Envelope),
        ("problem", Problem),
        ("run_log.batch", run_log.Batch),
        ("run_log.live_text", run_log.LiveText),
    ):
        yield f"{FOLDER}/{name}.schema.json", _text(_schema(struct, name))
    yield f"{FOLDER}/workflow.schema.json", _text(document_schema(built_in_node_types()))


def built_in_node_types() -> list[NodeDescription]:
    """Return the node types of the plugins in this repository."""
    ours = [p for p in entry_points(group=NODES) if p.module.startswith("skep_node_")]
    return [
        found
        for point in ours
        for offered in hooks_of(point.name, point.load(), NodeHooks).skep_nodes()
        for found in offered
    ]


def _schema(struct: Any, name: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:skep:schema:{name}",
        **msgspec.json.schema(struct),
    }


def _text(schema: dict[str, Any]) -> str:
    encoded = msgspec.json.encode(schema, order="sorted")
    return msgspec.json.format(encoded, indent=2).decode() + "\n"
