"""What a reference may turn out to be when somebody means harm."""

import math
from collections.abc import Iterator, Mapping

from skep_contracts.ids import FileId
from skep_contracts.values import MAX_DEPTH, FileRef, blob_key, file_to_value


def hostile_values() -> dict[str, object]:
    """Return what a reference may turn out to be when somebody means harm."""
    deep: object = "bottom"
    for _ in range(MAX_DEPTH * 2):
        deep = [deep]
    deeper: object = "bottom"
    for _ in range(MAX_DEPTH * 2):
        deeper = {"below": deeper}
    file = FileRef(
        id=FileId("file_x"),
        name="../../etc/passwd",
        mime_type="x",
        size_bytes=-1,
        blob=blob_key(b""),
    )
    return {
        "null": None,
        "true": True,
        "zero": 0,
        "negative": -1,
        "huge integer": 2**200,
        "infinity": math.inf,
        "not a number": math.nan,
        "empty text": "",
        "lone surrogate": "\ud800",
        "control characters": "\x00\x1b[31m\r\n",
        "template": "{{ start.x }} {% for i in range(9999999) %}x{% endfor %} ${x} {0.__class__}",
        "huge text": "a" * 2_000_000,
        "empty list": [],
        "empty object": {},
        "long list": list(range(100_000)),
        "mixed list": [None, 1, "x", {}, [], True],
        "deep list": deep,
        "deep object": deeper,
        "list with surrogate": ["\udfff"],
        "broken file": {"$file": {"id": 1}},
        "strange file": file_to_value(file),
    }


class Everything(Mapping[str, object]):
    """Outputs in which every name has the same value."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __getitem__(self, name: str) -> object:
        """Return the one value."""
        return self._value

    def __iter__(self) -> Iterator[str]:
        """Name nothing: there is no end to it."""
        return iter(())

    def __len__(self) -> int:
        """Count nothing."""
        return 0
