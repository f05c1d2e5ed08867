"""How a model is named, and what it is asked for: the same for every node that uses one."""

import re
from collections.abc import Callable
from typing import Any, Final

from skep_importer_dify.source.places import Place

DEFAULT: Final = "default"
_NAME: Final = re.compile(r"[^\s/]+\Z")

Data = dict[str, Any]


def model_name(place: Place, providers: frozenset[str]) -> str:
    """Return a model as ``provider/name``; providers are named by the last part of their id.

    The default one is asked where none is chosen, or where its provider is not installed.
    """
    provider = place.first_of("provider", "model_provider").text().rpartition("/")[2]
    name = place.first_of("name", "model").text()
    if not provider or not name or not _NAME.match(provider):
        if place:
            place.part.changed(place.pointer, "no model is chosen, so the default one is asked")
        return DEFAULT
    model = f"{provider}/{name}"
    if providers and provider not in providers:
        message = f"there is no provider `{provider:.60}`, so the default model is asked"
        place.part.changed(place.pointer, f"{message} in place of `{name:.100}`")
        return DEFAULT
    place.part.changed(
        place.pointer,
        f"asks `{model:.100}`: a credential for {provider:.60} is needed, or choose another model",
    )
    return model[:300]


def parameters(place: Place) -> Data:
    """Return what a model is asked with, by the names of the llm node's settings."""
    found: Data = {}
    extra: Data = {}
    for name, item in place.entries():
        read = _READERS.get(name)
        if item.value is None:
            continue
        if read is None:
            extra[name] = item.value
        elif (value := read(item)) is not None:
            found[name] = value
        elif name in _SHARES and (number := item.number()) is not None:
            extra[name] = number
    if isinstance(extra.get("response_format"), str):
        kind = extra.pop("response_format")
        if kind not in {"", "text"}:
            extra["response_format"] = {"type": kind}
    if extra:
        place.part.changed(place.pointer, f"sent to the provider as it is: {', '.join(extra):.200}")
        found["extra"] = extra
    return found


def _share(place: Place, greatest: float) -> float | None:
    number = place.number()
    return number if number is not None and 0 <= number <= greatest else None


def _whole(place: Place, least: int | None = None) -> int | None:
    number = place.number()
    if number is None or (least is not None and number < least):
        return None
    return int(number)


_SHARES: Final = {"temperature": 2, "top_p": 1}
_READERS: Final[dict[str, Callable[[Place], Any]]] = {
    "temperature": lambda place: _share(place, _SHARES["temperature"]),
    "top_p": lambda place: _share(place, _SHARES["top_p"]),
    "max_tokens": lambda place: _whole(place, 1),
    "seed": _whole,
    "stop": lambda place: place.texts()[:16] or None,
}


def memory_of(place: Place) -> Data | None:
    """Return how much of a conversation is remembered; None without a memory."""
    if not isinstance(place.value, dict):
        return None
    window = place.at("window")
    memory: Data = {}
    if window.at("enabled").flag():
        memory["window"] = window.at("size").whole(0, 200, 10)
    else:
        place.part.changed(window.pointer, "remembers 10 turns; over there 2,000 tokens of them")
    prefixes = place.at("role_prefix")
    given = {key: text for key in ("user", "assistant") if (text := prefixes.at(key).text())}
    if given:
        memory["prefixes"] = {key: text[:50] for key, text in given.items()}
    return memory
