"""From a document's operations to tools."""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from skep_contracts.plugins.toolkits import ToolkitTool
from skep_toolkit_openapi.document import Resolver

MAX_OPERATIONS: Final = 300
BODY: Final = "body"
_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
_SAFE: Final = frozenset({"get", "head", "options", "put", "delete"})
"""HTTP says that these may be sent again."""
_UNSPEAKABLE: Final = re.compile(r"[^A-Za-z0-9-]+")
_LONGEST: Final = 48
_FORM: Final = "application/x-www-form-urlencoded"
_PLACES: Final = frozenset({"path", "query", "header", "cookie"})


class Parameter(msgspec.Struct, frozen=True):
    """One parameter: the argument that gives it, and where it goes."""

    argument: str
    name: str
    place: str
    explode: bool = True


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation, ready to be asked for."""

    tool: ToolkitTool
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body_type: str | None = None
    """The content type of the body; None without one."""


def operations_of(document: dict[str, Any]) -> dict[str, Operation]:
    """Return what can be asked for, by the names of the tools."""
    resolver = Resolver(document)
    found: dict[str, Operation] = {}
    for path, given in document["paths"].items():
        item = resolver.look_up(given)
        if not isinstance(item, dict) or not isinstance(path, str):
            continue
        for method, asked in item.items():
            is_one = method in _METHODS and isinstance(asked, dict)
            if is_one and len(found) < MAX_OPERATIONS:
                resolver.begin()
                name = _free_name(asked, method, path, found)
                found[name] = _Reading(resolver, item, asked).operation(name, method, path)
    return found


class _Reading:
    """Reads one operation."""

    def __init__(self, resolver: Resolver, item: dict[str, Any], asked: dict[str, Any]) -> None:
        self._resolver = resolver
        self._item = item
        self._asked = asked
        self._properties: dict[str, Any] = {}
        self._required: list[str] = []

    def operation(self, name: str, method: str, path: str) -> Operation:
        """Return it."""
        parameters = tuple(self._parameters())
        body_type = self._body()
        schema: dict[str, Any] = {
            "type": "object",
            "properties": self._properties,
            "required": self._required,
            "additionalProperties": False,
        }
        summary, text = _text(self._asked.get("summary")), _text(self._asked.get("description"))
        tool = ToolkitTool(
            name=name,
            title=summary[:200],
            description="\n".join(part for part in (summary, text) if part)
            or f"{method.upper()} {path}",
            parameters=schema,
            repeatable=method in _SAFE,
        )
        return Operation(
            tool=tool,
            method=method.upper(),
            path=path,
            parameters=parameters,
            body_type=body_type,
        )

    def _parameters(self) -> Iterator[Parameter]:
        given = [*_list(self._item.get("parameters")), *_list(self._asked.get("parameters"))]
        chosen: dict[tuple[str, str], dict[str, Any]] = {}
        for each in map(self._resolver.look_up, given):
            if isinstance(each, dict):
                chosen[_text(each.get("in")), _text(each.get("name"))] = each
        for (place, name), each in chosen.items():
            if place not in _PLACES or not name or (place == "header" and _is_ours(name)):
                continue
            argument = name if name not in self._properties else f"{place}_{name}"
            schema = self._resolver.schema(each.get("schema") or {})
            self._add(argument, schema, each, required=each.get("required") is True)
            yield Parameter(argument, name, place, each.get("explode") is not False)

    def _body(self) -> str | None:
        body = self._resolver.look_up(self._asked.get("requestBody"))
        content = body.get("content") if isinstance(body, dict) else None
        if not isinstance(content, dict):
            return None
        kinds = [str(kind) for kind in content]
        chosen = next((k for k in kinds if "json" in k), None)
        chosen = chosen or next((k for k in kinds if k.startswith((_FORM, "text/"))), None)
        if chosen is None:
            return None  # a kind of body that no model can write, such as a file
        media = content[chosen]
        schema = self._resolver.schema(media.get("schema") or {}) if isinstance(media, dict) else {}
        self._add(BODY, schema, body, required=body.get("required") is True)
        return chosen

    def _add(self, argument: str, schema: Any, said: dict[str, Any], *, required: bool) -> None:
        schema = dict(schema) if isinstance(schema, dict) else {}
        text = _text(said.get("description"))
        if text and "description" not in schema:
            schema["description"] = text[:1_000]
        self._properties[argument] = schema
        if required or said.get("in") == "path":
            self._required.append(argument)


def _free_name(asked: dict[str, Any], method: str, path: str, taken: dict[str, Any]) -> str:
    wanted = _text(asked.get("operationId")) or f"{method}_{path}"
    base = _UNSPEAKABLE.sub("_", wanted).strip("_")[:_LONGEST] or method
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def _is_ours(header: str) -> bool:
    return header.lower() in {"accept", "content-type", "authorization", "host", "content-length"}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
