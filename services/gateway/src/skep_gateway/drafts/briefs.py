"""What a model is told that writes a draft."""

from collections.abc import Iterator

from skep_gateway.drafts.views import ModelDraftRequest

_PROMPT = """\
You write prompts for language models that are steps of a workflow.
A good prompt says who the model is, what it gets, what it must do, in which form it answers,
and what it does when something is missing.
It is short, concrete, and written in the language of the request.
Values come in by references in double braces. Use those you are given where they belong,
exactly as written, and no others."""

_SCHEMA = """\
You write JSON Schemas (draft 2020-12) that models must follow in their answers.
The schema is an object with named properties, each with a type and a short description.
All properties are required, and no others are allowed (`"additionalProperties": false`).
Use `enum` for fixed choices. Use no `$ref`."""

_PYTHON = """\
You write the code of a workflow step in Python 3.11.
It defines one function `main`, whose parameters are the inputs, and which returns a dict with
exactly the outputs.
Only the standard library is there; there is no network and there are no files.
Handle empty and missing values."""

_JAVASCRIPT = """\
You write the code of a workflow step in JavaScript (ECMAScript 2023, no Node.js, no browser).
It defines one function `main`, which takes one object with the inputs, taken apart in place,
and returns an object with exactly the outputs.
There is no require, import, fetch or DOM. Handle empty and missing values."""

_END = "Answer with the {thing} alone: no explanation, no code fence."
_THINGS = {"prompt": "prompt", "schema": "JSON", "code": "code"}


def system_text(wanted: ModelDraftRequest) -> str:
    """Return what the model is."""
    brief = {
        "prompt": _PROMPT,
        "schema": _SCHEMA,
        "code": _PYTHON if wanted.language == "python" else _JAVASCRIPT,
    }[wanted.kind]
    return f"{brief}\n{_END.format(thing=_THINGS[wanted.kind])}"


def user_text(wanted: ModelDraftRequest) -> str:
    """Return what it is asked for."""
    return "\n\n".join(_parts(wanted))


def _parts(wanted: ModelDraftRequest) -> Iterator[str]:
    if wanted.kind == "prompt":
        references = "\n".join(f"{{{{{name}}}}}" for name in wanted.variables)
        yield f"References:\n{references}" if references else "There are no references."
    if wanted.kind == "code":
        yield f"Inputs: {', '.join(wanted.variables) or 'none'}"
        outputs = ", ".join(f"{name}: {kind}" for name, kind in wanted.outputs.items())
        yield f"Outputs: {outputs or 'whatever fits'}"
    if wanted.current:
        yield f"This is there now:\n<current>\n{wanted.current}\n</current>"
        yield f"Improve it:\n{wanted.wish}"
    else:
        yield f"Write it from this wish:\n{wanted.wish}"


def repair_text(fault: str) -> str:
    """Return what the model is told when its draft is of no use."""
    return f"That cannot be used: {fault} Answer with the whole, mended."
