"""Rich texts, properties and names of Notion as plain Markdown."""

from collections.abc import Callable, Mapping
from typing import Any, Final

_UNTITLED: Final = "Untitled"
_MAX_NAME: Final = 200


def rich_text(parts: Any) -> str:
    """Return a rich text as Markdown, with links and code, without colours."""
    return "".join(_part(part) for part in parts or () if isinstance(part, dict))


def plain_text(parts: Any) -> str:
    """Return a rich text without any marks."""
    texts = (part.get("plain_text") for part in parts or () if isinstance(part, dict))
    return "".join(text for text in texts if isinstance(text, str))


def title_of(page: Mapping[str, Any]) -> str:
    """Return what a page is called, as the name of a document."""
    properties = page.get("properties")
    for value in properties.values() if isinstance(properties, dict) else ():
        if isinstance(value, dict) and value.get("type") == "title":
            return name_of(plain_text(value.get("title")))
    return _UNTITLED


def name_of(text: str) -> str:
    """Return a text as the name of a document."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return shown[:_MAX_NAME].strip() or _UNTITLED


def property_lines(page: Mapping[str, Any]) -> list[str]:
    """Return the properties of a row of a database, those with a value and no title."""
    properties = page.get("properties")
    lines = []
    for name, value in properties.items() if isinstance(properties, dict) else ():
        if isinstance(value, dict):
            text = _value(value)
            if text:
                lines.append(f"{name}: {text}")
    return lines


def _part(part: Mapping[str, Any]) -> str:
    text = part.get("plain_text")
    if not isinstance(text, str) or not text:
        return ""
    marks = part.get("annotations")
    if isinstance(marks, dict) and marks.get("code"):
        text = f"`{text}`"
    link = part.get("href")
    is_link = isinstance(link, str) and link.startswith(("https://", "http://"))
    return f"[{text}]({link})" if is_link else text


def _value(value: Mapping[str, Any]) -> str:
    kind = value.get("type")
    read = _READERS.get(kind) if isinstance(kind, str) else None
    content = value.get(kind) if isinstance(kind, str) else None
    if read is None or content is None:
        return ""
    return " ".join(read(content).split())


def _names(items: Any) -> str:
    found = (item.get("name") for item in items or () if isinstance(item, dict))
    return ", ".join(name for name in found if isinstance(name, str))


def _name(item: Any) -> str:
    return str(item.get("name") or "") if isinstance(item, dict) else ""


def _date(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    return " – ".join(str(value[end]) for end in ("start", "end") if value.get(end))


def _number(value: Any) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value}" if is_number else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _unique_id(value: Any) -> str:
    if not isinstance(value, dict) or value.get("number") is None:
        return ""
    prefix = value.get("prefix")
    return f"{prefix}-{value['number']}" if prefix else str(value["number"])


def _computed(value: Any) -> str:
    return _value(value) if isinstance(value, dict) else ""


def _rollup(value: Any) -> str:
    if isinstance(value, dict) and value.get("type") == "array":
        found = (_value(each) for each in value.get("array") or () if isinstance(each, dict))
        return ", ".join(text for text in found if text)
    return _computed(value)


_READERS: Final[dict[str, Callable[[Any], str]]] = {
    "title": lambda _: "",
    "rich_text": plain_text,
    "number": _number,
    "select": _name,
    "status": _name,
    "multi_select": _names,
    "people": _names,
    "files": _names,
    "date": _date,
    "checkbox": lambda value: "yes" if value else "no",
    "boolean": lambda value: "yes" if value else "no",
    "url": _text,
    "email": _text,
    "phone_number": _text,
    "string": _text,
    "unique_id": _unique_id,
    "formula": _computed,
    "rollup": _rollup,
}
