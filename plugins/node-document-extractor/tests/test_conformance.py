"""The document extractor keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_contracts.ids import FileId
from skep_contracts.values import FileRef, blob_key, file_to_value
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance


def file(name: str) -> Any:
    """Return a file as a value."""
    return file_to_value(
        FileRef(
            id=FileId(f"file_{name}"),
            name=name,
            mime_type="text/plain",
            size_bytes=1,
            blob=blob_key(name.encode()),
        )
    )


class TestFile(NodeConformance):
    """Inherits the kit, with one file."""

    entry_point = "document_extractor"
    node_type = "document-extractor"
    valid_settings: ClassVar[dict[str, Any]] = {"file": "{{start.file}}"}
    invalid_settings = ({}, {"file": ""}, {"file": ["{{start.file}}"]}, {"fil": "x"})
    values: ClassVar[dict[str, Any]] = {"start": {"file": file("a.txt")}}
    expected_outputs: ClassVar[dict[str, Any] | None] = {"text": "Text of a."}

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Know two files."""
        parsed = {"a.txt": "Text of a.", "b.txt": "Text of b."}
        return super().make_context(**{"parsed": parsed, **changes})


class TestFiles(TestFile):
    """Inherits the kit, with several files."""

    values: ClassVar[dict[str, Any]] = {
        "start": {"file": [file("b.txt"), file("a.txt"), file("b.txt")]}
    }
    expected_outputs: ClassVar[dict[str, Any] | None] = {
        "text": ["Text of b.", "Text of a.", "Text of b."]
    }
