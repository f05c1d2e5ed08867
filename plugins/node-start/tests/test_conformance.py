"""The start node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_contracts.ids import FileId
from skep_contracts.values import FileRef, blob_key, file_to_value
from skep_testing.conformance.nodes import NodeConformance

PHOTO = file_to_value(
    FileRef(
        id=FileId("file_1"), name="a.PNG", mime_type="image/png", size_bytes=9, blob=blob_key(b"a")
    )
)
INPUTS: dict[str, Any] = {
    "name": "Ada",
    "story": "Long ago",
    "age": 36,
    "agreed": True,
    "colour": "red",
    "sizes": ["s", "l"],
    "photo": PHOTO,
    "papers": [PHOTO],
    "order": {"id": 7},
    "day": "2026-03-31",
    "moment": "2026-03-31T09:30:00Z",
    "address": {"city": "Bergen"},
}


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "start"
    node_type = "start"
    valid_settings: ClassVar[dict[str, Any]] = {
        "fields": [
            {"name": "name", "required": True, "max_length": 80},
            {"name": "story", "type": "paragraph"},
            {"name": "age", "type": "number", "min": 0, "max": 150},
            {"name": "agreed", "type": "checkbox", "default": False},
            {"name": "colour", "type": "select", "options": ["red", "green"]},
            {"name": "sizes", "type": "multi-select", "options": ["s", "m", "l"], "max_items": 2},
            {"name": "photo", "type": "file", "accept": [".png", "image/*"], "max_size_bytes": 99},
            {"name": "papers", "type": "files", "max_items": 3},
            {"name": "day", "type": "date"},
            {"name": "moment", "type": "datetime"},
            {"name": "address", "type": "object", "schema": {"required": ["city"]}},
            {"name": "order", "type": "json", "schema": {"type": "object", "required": ["id"]}},
        ]
    }
    invalid_settings = (
        {"field": []},
        {"fields": [{"name": "not a name"}]},
        {"fields": [{"name": "a", "type": "txt"}]},
        {"fields": [{"name": "a"}, {"name": "a"}]},
        {"fields": [{"name": "error"}]},
        {"fields": [{"name": "a", "type": "select"}]},
        {"fields": [{"name": "a", "type": "select", "options": ["x", "x"]}]},
        {"fields": [{"name": "a", "type": "text", "options": ["x"]}]},
        {"fields": [{"name": "a", "type": "number", "min": 2, "max": 1}]},
        {"fields": [{"name": "a", "type": "number", "default": "3"}]},
        {"fields": [{"name": "a", "type": "json", "schema": {"type": "thing"}}]},
        {"fields": [{"name": "a", "type": "json", "schema": {"$ref": "file:///etc/passwd"}}]},
        {"fields": [{"name": "a", "type": "file", "accept": ["pdf"]}]},
        {"fields": [{"name": "a", "type": "date", "default": "tomorrow"}]},
        {"fields": [{"name": "a", "type": "text", "schema": {}}]},
    )
    inputs = INPUTS
    expected_outputs = INPUTS
