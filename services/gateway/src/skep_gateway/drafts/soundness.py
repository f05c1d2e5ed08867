"""What a draft must be to be of use. What a model wrote is read here, and never run."""

import ast
import json
import re
import warnings
from typing import Any, Final

import jsonschema_rs

from skep_contracts.asking.json_text import read_json
from skep_gateway.drafts.views import ModelDraftRequest

_MAX_CHARS: Final = 100_000
_FENCE: Final = re.compile(r"\A\s*```[^\n`]*\n(.*?)\n?```\s*\Z", re.DOTALL)
_REFERENCE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_JS_MAIN: Final = re.compile(
    r"\bfunction\s*\*?\s*main\s*\(|\bmain\s*=\s*(?:async\s*)?(?:\(|\w+\s*=>|function\b)"
)
_OPENING: Final = "([{"
_CLOSING: Final = ")]}"


class UnsoundDraftError(Exception):
    """A draft is of no use; the message says why, in a sentence for a model and for people."""


def sound(text: str, wanted: ModelDraftRequest) -> str:
    """Return a draft as it is to be used.

    Raises:
        UnsoundDraftError: It is of no use.
    """
    text = _unwrapped(text)
    if not text:
        raise UnsoundDraftError("It is empty.")
    if len(text) > _MAX_CHARS:
        raise UnsoundDraftError(f"It is longer than {_MAX_CHARS:,} characters.")
    if wanted.kind == "schema":
        return _schema(text)
    if wanted.kind == "prompt":
        _check_references(text, wanted.variables)
    elif wanted.language == "python":
        _check_python(text)
    else:
        _check_javascript(text)
    return text


def _unwrapped(text: str) -> str:
    found = _FENCE.match(text)
    return (found[1] if found else text).strip("\n").rstrip()


def _schema(text: str) -> str:
    found = read_json(text, dict)
    if not isinstance(found, dict):
        raise UnsoundDraftError("It is no JSON object.")
    if found.get("type") != "object" or not isinstance(found.get("properties"), dict):
        raise UnsoundDraftError("It must be a schema of an object, with `properties`.")
    if _has_reference(found):
        raise UnsoundDraftError("It must not use `$ref`.")
    try:
        jsonschema_rs.validator_for(found)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        reason = str(error).splitlines()[0][:300]
        raise UnsoundDraftError(f"It is no valid JSON Schema: {reason}.") from error
    return json.dumps(found, ensure_ascii=False, indent=2)


def _has_reference(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "$ref" in item or "$dynamicRef" in item:
                return True
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False


def _check_references(text: str, known: list[str]) -> None:
    unknown = sorted({name for name in _REFERENCE.findall(text) if name not in known})
    if unknown:
        shown = ", ".join(f"{{{{{name}}}}}" for name in unknown[:5])
        raise UnsoundDraftError(f"It uses references that do not exist: {shown}.")


def _check_python(text: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise UnsoundDraftError(f"It is not Python{place}: {str(error)[:200]}.") from error
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    if not any(isinstance(each, functions) and each.name == "main" for each in tree.body):
        raise UnsoundDraftError("It does not define `main`.")


def _check_javascript(text: str) -> None:
    """Look at what can be seen without a parser: `main`, and that it does not break off."""
    if not _JS_MAIN.search(text):
        raise UnsoundDraftError("It does not define `main`.")
    if sum(text.count(each) for each in _OPENING) > sum(text.count(each) for each in _CLOSING):
        raise UnsoundDraftError("It breaks off: not all brackets are closed.")
