"""Tools by the name they have here."""

import re
from collections.abc import Iterable
from typing import Any, Final

from skep_importer_dify.source.places import Place

_OTHER: Final = re.compile(r"[^a-z0-9_.-]+")


def tool_name(place: Place, installed: Iterable[str]) -> str:
    """Return the name of an installed tool that is called so, else the name over there."""
    name = place.at("tool_name").text()
    provider = place.first_of("provider_name", "provider_id").text().rpartition("/")[2]
    if not name:
        place.part.left_out(place.pointer, "a tool without a name")
        return ""
    by_word = {_word(tool): tool for tool in sorted(installed)}
    for candidate in (name, f"{provider}_{name}", provider if provider == name else ""):
        found = by_word.get(_word(candidate))
        if found is not None:
            return found
    place.part.changed(
        place.at("tool_name").pointer,
        f"no tool `{name:.60}` is installed; install one of that name, or choose another",
    )
    return _OTHER.sub("_", name.lower()).strip("_")[:64] or "tool"


def _word(name: str) -> str:
    return _OTHER.sub("_", name.lower().replace("-", "_"))


def argument(place: Place) -> tuple[str, Any, Place]:
    """Return kind, value and place of an argument: plain in old files, typed in others."""
    if isinstance(place.value, dict) and "value" in place.value and "type" in place.value:
        return place.at("type").text(), place.at("value").value, place.at("value")
    return "mixed", place.value, place
