"""The installed node types, described for those who write or draw workflows."""

import logging
from typing import Any, Final

import msgspec

from skep_contracts.graph_check import document_schema
from skep_contracts.plugins.nodes import OUT, NodeDescription, OutputSpec
from skep_gateway.web.shapes import inline_schema
from skep_runtime.plugins import PluginHost

_log = logging.getLogger(__name__)
_encode: Final = msgspec.json.Encoder().encode


class NodeTypeView(msgspec.Struct, frozen=True, kw_only=True):
    """A node type. `outputs` and `ports`: of default settings, null when these do not suffice."""

    type: str
    version: int
    title: str
    description: str
    category: str
    icon: str
    role: str
    effect: str
    settings: dict[str, Any]
    """JSON Schema of the settings."""
    outputs: tuple[OutputSpec, ...] | None
    ports: tuple[str, ...] | None
    raw_fields: tuple[str, ...]
    answer_field: str | None
    inner_fields: tuple[str, ...]
    """Of a container: settings that may refer to the nodes inside."""


class NodeTypes:
    """Keeps the description ready until plugins change."""

    def __init__(self, plugins: PluginHost) -> None:
        self._plugins = plugins
        self._generation = -1
        self._encoded = b""
        self._schema = b""

    def encoded(self) -> bytes:
        """Return ``{"items": [...], "next_cursor": null}`` as JSON, by type and version."""
        self._refresh()
        return self._encoded

    def schema(self) -> bytes:
        """Return the JSON Schema of a document with the settings of these types, for editors."""
        self._refresh()
        return self._schema

    def _refresh(self) -> None:
        if self._generation != self._plugins.generation:
            generation = self._plugins.generation
            described = [_describe(self._plugins.nodes[key]) for key in sorted(self._plugins.nodes)]
            items = [view for view in described if view is not None]
            self._encoded = _encode({"items": items, "next_cursor": None})
            shown = {(view.type, view.version) for view in items}
            known = [self._plugins.nodes[key] for key in sorted(shown)]
            self._schema = _encode(document_schema(known))
            self._generation = generation


def _describe(node: NodeDescription) -> NodeTypeView | None:
    try:
        outputs, ports = _defaults(node)
        return NodeTypeView(
            type=node.type,
            version=node.version,
            title=node.title,
            description=node.description,
            category=node.category,
            icon=node.icon,
            role=node.role,
            effect=node.effect,
            settings=inline_schema(node.settings),
            outputs=outputs,
            ports=ports,
            raw_fields=tuple(sorted(node.raw_fields)),
            answer_field=node.answer_field,
            inner_fields=tuple(sorted(node.inner_fields)),
        )
    except Exception:  # noqa: BLE001  # a stranger's plugin must not take the others along
        _log.exception("node type cannot be described", extra={"node_type": node.type})
        return None


def _defaults(
    node: NodeDescription,
) -> tuple[tuple[OutputSpec, ...] | None, tuple[str, ...] | None]:
    try:
        settings = node.settings()
    except TypeError:
        # Some setting has no default.
        return None, (OUT,) if node.ports is None else None
    ports = (OUT,) if node.ports is None else tuple(node.ports(settings))
    return tuple(node.outputs(settings)), ports
