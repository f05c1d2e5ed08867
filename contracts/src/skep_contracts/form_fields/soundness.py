"""Whether a field can be asked at all."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from skep_contracts.form_fields.field import FieldType, FormField
from skep_contracts.form_fields.fitting import faults_of_default

_ONLY_FOR: Final[dict[str, tuple[FieldType, ...]]] = {
    "allow_empty": ("text", "paragraph"),
    "min": ("number",),
    "max": ("number",),
    "max_length": ("text", "paragraph"),
    "options": ("select", "multi-select"),
    "max_items": ("files", "multi-select"),
    "accept": ("file", "files"),
    "max_size_bytes": ("file", "files"),
    "schema": ("object", "json"),
}


def faults_of_field(field: FormField) -> Iterator[tuple[str, str]]:
    """Yield what no value could mend, as a place in the field and what is wrong there."""
    for key, types in _ONLY_FOR.items():
        value = getattr(field, key)
        is_set = value is not None and value is not False and value != ()
        if is_set and field.type not in types:
            yield key, f"is for {' and '.join(types)}, not for {field.type}"
    if field.type in _ONLY_FOR["options"] and not field.options:
        yield "options", f"a {field.type} needs options"
    if len(set(field.options)) < len(field.options):
        yield "options", "an option is there twice"
    if field.min is not None and field.max is not None and field.min > field.max:
        yield "min", "is greater than max"
    yield from ((f"default{fault.pointer}", fault.message) for fault in faults_of_default(field))


def faults_of_names(
    names: Sequence[str], *, reserved: Collection[str] = ()
) -> Iterator[tuple[int, str]]:
    """Yield the position of each name that cannot be used, and why."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield index, f"`{name}` is there twice"
        if name in reserved:
            yield index, f"`{name}` is a reserved name"
        seen.add(name)
