"""Drafts that are of use, and those that are not."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_gateway.drafts.soundness import UnsoundDraftError, sound
from skep_gateway.drafts.views import ModelDraftRequest

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
PYTHON = "def main(a):\n    return {'b': a}"
JAVASCRIPT = "async function main({a}) {\n  return {b: a};\n}"


def wanted(kind: str, **more: Any) -> ModelDraftRequest:
    return ModelDraftRequest.model_validate({"kind": kind, "wish": "x", **more})


@pytest.mark.parametrize("wrap", ["{}", "\n{}\n", "```json\n{}\n```", "Here it is:\n```\n{}\n```"])
def test_schema_is_found_however_it_is_wrapped(wrap: str) -> None:
    text = sound(wrap.replace("{}", json.dumps(SCHEMA)), wanted("schema"))

    assert json.loads(text) == SCHEMA
    assert text == json.dumps(SCHEMA, indent=2)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Sorry, I cannot.", "no JSON object"),
        ("[1, 2]", "no JSON object"),
        ('{"type": "string"}', "schema of an object"),
        ('{"type": "object", "properties": {"a": {"type": "strong"}}}', "no valid JSON Schema"),
        ('{"type": "object", "properties": {"a": {"$ref": "file:///etc/passwd"}}}', "`\\$ref`"),
        ('{"type": "object", "properties": {"a": {"pattern": "("}}}', "no valid JSON Schema"),
        ("   \n", "empty"),
    ],
)
def test_useless_schema_is_told(text: str, fault: str) -> None:
    with pytest.raises(UnsoundDraftError, match=fault):
        sound(text, wanted("schema"))


def test_code_is_taken_out_of_its_fence() -> None:
    assert sound(f"```python\n{PYTHON}\n```", wanted("code")) == PYTHON
    script = sound(f"```js\n{JAVASCRIPT}\n```", wanted("code", language="javascript"))
    assert script == JAVASCRIPT
    arrow = "const main = ({a}) => ({b: a});"
    assert sound(arrow, wanted("code", language="javascript")) == arrow


@pytest.mark.parametrize(
    ("text", "language", "fault"),
    [
        ("def main(a):\n    return {", "python", "not Python in line 2"),
        ("def other(a): ...", "python", "`main`"),
        ("x = 1\x00", "python", "not Python"),
        ("(" * 5_000, "python", "not Python"),
        ("-" * 90_000 + "1", "python", "not Python|`main`"),
        ("def main():\n" + " pass\n" * 30_000, "python", "longer than"),
        ("function other() {}", "javascript", "`main`"),
        ("function main({a}) { return {b: [a", "javascript", "breaks off"),
    ],
)
def test_useless_code_is_told(text: str, language: str, fault: str) -> None:
    with pytest.raises(UnsoundDraftError, match=fault):
        sound(text, wanted("code", language=language))


def test_prompt_uses_references_that_exist() -> None:
    known = wanted("prompt", variables=["start.topic"])

    assert sound("Tell me about {{start.topic}}.", known) == "Tell me about {{start.topic}}."
    assert sound("Tell me about {{ start.topic }}.", known)
    with pytest.raises(UnsoundDraftError, match=r"\{\{start\.theme\}\}"):
        sound("Tell me about {{start.theme}}.", known)


@given(st.text(max_size=400), st.sampled_from(["prompt", "schema", "code"]))
def test_whatever_a_model_writes_is_a_draft_or_a_fault(text: str, kind: str) -> None:
    for language in ("python", "javascript"):
        with contextlib.suppress(UnsoundDraftError):
            assert sound(text, wanted(kind, language=language))
