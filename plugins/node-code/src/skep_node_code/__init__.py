"""Runs untrusted code in the sandbox."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from skep_node_code.node import CodeNode
from skep_node_code.settings import CodeSettings, check, declared_outputs


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    """Describe the node type ``code``."""
    return [
        NodeDescription(
            type="code",
            title="Code",
            description="Runs a function of yours in the sandbox, without network or files.",
            category="transform",
            icon="code",
            # The sandbox reaches nothing outside itself, so a repeated run does no harm.
            effect="repeatable",
            settings=CodeSettings,
            outputs=declared_outputs,
            raw_fields=frozenset({"code"}),
            check=check,
            factory=lambda _: CodeNode(),
        )
    ]
