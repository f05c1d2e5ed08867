"""From what a model wrote to the class it means; nothing it writes leads outside of the list."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from skep_contracts.asking.json_text import json_values
from skep_contracts.values import Value

_KEYS: Final = (
    *("class_id", "id", "class", "category_id", "category", "class_name", "category_name"),
    *("name", "label", "answer"),
)
_MAX_NAME_CHARS: Final = 1_000
_AROUND: Final = " \t\r\n\"'`*.:,;!()[]"


class Choice(msgspec.Struct, frozen=True):
    """A class with its name as the model sees it."""

    id: str
    name: str


def read_choice(text: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the class that an answer names by id or name, None when that is not clear."""
    for said in _candidates(text):
        found = _match(said, choices)
        if found is not None:
            return found
    return None


def _candidates(text: str) -> Iterator[str]:
    """Yield what may be an id or a name: what JSON says first, then the whole text."""
    for value in json_values(text):
        yield from _said_in(value)
    if len(text) <= _MAX_NAME_CHARS:
        yield text


def _said_in(value: Value) -> Iterator[str]:
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if isinstance(value, dict):
        fields = {key.strip().casefold(): item for key, item in value.items()}
        found = [fields[key] for key in _KEYS if key in fields]
    else:
        found = [value]
    for item in found:
        if isinstance(item, str) and len(item) <= _MAX_NAME_CHARS:
            yield item
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield str(int(item)) if item == int(item) else str(item)


def _match(said: str, choices: Sequence[Choice]) -> Choice | None:
    """Find the one class of that id or name, spelt alike, or else but for case and marks."""
    by_exactness: tuple[tuple[Callable[[Choice], str], str], ...] = (
        (lambda choice: choice.id, said.strip()),
        (lambda choice: choice.name, said.strip()),
        (lambda choice: _folded(choice.id), _folded(said)),
        (lambda choice: _folded(choice.name), _folded(said)),
    )
    for key, wanted in by_exactness:
        found = [choice for choice in choices if wanted and key(choice) == wanted]
        if len(found) == 1:
            return found[0]
    return None


def _folded(text: str) -> str:
    return " ".join(text.strip(_AROUND).casefold().split())
