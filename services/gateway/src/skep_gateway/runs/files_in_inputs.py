"""Files in inputs: named by their id alone, wherever they stand. Pure.

A client never says what a file is or where its bytes are; that is looked up, so that nobody gets at
bytes by naming their key.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from skep_contracts.problems import FieldError, InvalidInput, TooLarge, json_pointer
from skep_contracts.values import FILE_KEY, FileRef, check_value, file_to_value

MOST_FILES: Final = 100
_SCALARS: Final = (str, int, float, type(None))
_ROOT: Final = "inputs"


def file_ids(inputs: Mapping[str, Any], *, root: str = _ROOT) -> dict[str, str]:
    """Return the ids of files by a JSON pointer to where each stands, from `root` on.

    Raises:
        InvalidInput: The inputs are nested too deeply, or something in them is half a file.
        TooLarge: There are more than `MOST_FILES`.
    """
    if all(isinstance(value, _SCALARS) for value in inputs.values()):
        return {}
    check_value(inputs, pointer=f"/{root}")
    found = {}
    for place, file_id in _found(inputs, (root,)):
        found[json_pointer(*place)] = file_id
        if len(found) > MOST_FILES:
            raise TooLarge(f"A run takes at most {MOST_FILES} files.")
    return found


def _found(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _found(item, (*place, index))
    elif isinstance(value, dict) and FILE_KEY in value:
        yield place, _id_of(value, place)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _found(item, (*place, name))


def _id_of(value: dict[str, Any], place: tuple[str | int, ...]) -> str:
    match value:
        case {"$file": {"id": str() as file_id}} if len(value) == 1:
            return file_id
    raise InvalidInput(
        'A file in inputs is written {"$file": {"id": "file_…"}}.',
        errors=[FieldError(pointer=json_pointer(*place), message="not a file")],
    )


def with_refs(value: Any, found: Mapping[str, FileRef]) -> Any:
    """Return a value with every file in full; `found` holds all that `file_ids` named."""
    if isinstance(value, list):
        return [with_refs(item, found) for item in value]
    if isinstance(value, dict):
        if FILE_KEY in value:
            return file_to_value(found[value[FILE_KEY]["id"]])
        return {name: with_refs(item, found) for name, item in value.items()}
    return value
