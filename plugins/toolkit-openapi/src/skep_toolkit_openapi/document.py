"""Reading an OpenAPI document: nothing of it is executed, and nothing it names is fetched."""

import json
from collections.abc import Iterable
from typing import Any, Final

from skep_contracts.problems import FieldError, InvalidInput, SkepError

MAX_BYTES: Final = 2 * 1024 * 1024
_MAX_DEPTH: Final = 24
_MAX_YAML_DEPTH: Final = 100
_MAX_NODES: Final = 20_000
"""Of one operation's schema, once references are put in place."""
_UNSAID: Final = object()


def read_document(text: str) -> dict[str, Any]:
    """Return a document written as JSON or YAML.

    Raises:
        InvalidInput: It is neither, or no OpenAPI 3 document.
    """
    if len(text) > MAX_BYTES:
        raise fault(f"is longer than {MAX_BYTES:,} characters")
    document = _decoded(text)
    version = str(document.get("openapi", "")) if isinstance(document, dict) else ""
    if not isinstance(document, dict) or not version.startswith("3."):
        raise fault("is no OpenAPI document of version 3")
    if not isinstance(document.get("paths"), dict):
        raise fault("has no paths")
    return document


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    import yaml

    try:
        _check_events(yaml.parse(text, yaml.CSafeLoader))
        return yaml.load(text, yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        raise fault("is neither JSON nor YAML") from None


def _check_events(events: Iterable[Any]) -> None:
    """Pass what can be loaded: the loader takes its depth from the stack, and aliases have no end.

    Raises:
        InvalidInput: It cannot be.
    """
    depth = 0
    for event in events:
        kind = type(event).__name__
        if kind == "AliasEvent":
            raise fault("uses YAML aliases, which can make a small text endless")
        if kind in {"MappingStartEvent", "SequenceStartEvent"}:
            depth += 1
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            depth -= 1
        if depth > _MAX_YAML_DEPTH:
            raise fault(f"is nested more than {_MAX_YAML_DEPTH} deep")


def fault(what: str) -> SkepError:
    """Return what is wrong with a document."""
    return InvalidInput(
        f"The OpenAPI document {what}.",
        errors=[FieldError(pointer="/document", message=what)],
        code="bad_openapi_document",
    )


class Resolver:
    """Puts what references name in their place, so far as an operation needs it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._left = _MAX_NODES

    def begin(self) -> None:
        """Count anew, for another operation."""
        self._left = _MAX_NODES

    def look_up(self, value: Any) -> Any:
        """Return what a reference within the document leads to; what is none as it is."""
        seen = 0
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            seen += 1
            value = self._target(value["$ref"]) if seen <= _MAX_DEPTH else {}
        return value

    def schema(self, value: Any, depth: int = 0) -> Any:
        """Return a schema without references. One that holds itself is open where it does."""
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            return {}
        if isinstance(value, list):
            return [self.schema(each, depth + 1) for each in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$ref"), str):
            return self.schema(self.look_up(value), depth + 1)
        return _as_json_schema(
            {
                str(name): self.schema(each, depth + 1)
                for name, each in value.items()
                if name not in _NOT_FOR_MODELS
            }
        )

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return {}  # elsewhere: not fetched, so anything fits
        found: Any = self._document
        for part in reference[2:].split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name, _UNSAID) if isinstance(found, dict) else _UNSAID
        return {} if found is _UNSAID else found


_NOT_FOR_MODELS: Final = frozenset(
    {"xml", "externalDocs", "discriminator", "deprecated", "example", "examples", "readOnly"}
)


def _as_json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what OpenAPI 3.0 writes in its own way as JSON Schema does."""
    if schema.pop("nullable", False) is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(exclusive) is True and limit in schema:
            schema[exclusive] = schema.pop(limit)
        elif isinstance(schema.get(exclusive), bool):
            del schema[exclusive]
    return schema
