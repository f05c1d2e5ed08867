"""Sends an HTTP request through the guarded client."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, OutputSpec
from skep_node_http_request.node import HttpRequestNode
from skep_node_http_request.settings import HttpRequestSettings, check


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``http-request``."""
    return [
        NodeDescription(
            type="http-request",
            title="HTTP request",
            description="Sends an HTTP request and gives its answer.",
            category="tool",
            icon="globe",
            # A request may write, and only its settings say so; one type has one effect.
            effect="strict",
            settings=HttpRequestSettings,
            outputs=lambda _: (
                OutputSpec(name="status", type="number"),
                OutputSpec(name="headers", type="object", description="By lower-case name."),
                OutputSpec(name="body", type="string", description="Empty when it is a file."),
                OutputSpec(name="json", description="The body read as JSON; null when it is none."),
                OutputSpec(name="file", type="file", description="A body that is no text."),
            ),
            check=check,
            factory=lambda _: HttpRequestNode(),
        )
    ]
