"""Prompts of the source: messages with roles, one text, Jinja, and the marks in them."""

import re
from typing import Any, Final

import msgspec

from skep_importer_dify.meaning.bench import Bench
from skep_importer_dify.meaning.references import Segment, joined
from skep_importer_dify.meaning.templates import jinja
from skep_importer_dify.source.graph import SourceNode
from skep_importer_dify.source.places import Place

_MARK: Final = re.compile(r"\{\{#(context|histories|query)#\}\}")
_OUR_MARK: Final = re.compile(r"\{\{(?=\s*(?:context|memory)\s*\}\})")
_OURS: Final = {"context": "{{context}}", "histories": "{{memory}}", "query": "{{sys.query}}"}
DEFAULT_QUERY: Final = "{{#sys.query#}}"


class Prompt(msgspec.Struct):
    """What is said to a model, and what stands in it."""

    system: str = ""
    messages: list[dict[str, str]] = []
    prompt: str = ""
    places_context: bool = False
    files: bool = False

    def settings(self) -> dict[str, Any]:
        """Return the settings of an llm node; what is empty is left out."""
        found = {"system": self.system, "messages": self.messages, "prompt": self.prompt}
        return {key: value for key, value in found.items() if value}


def read_prompt(node: SourceNode, bench: Bench) -> Prompt:
    """Return the prompt of a model node."""
    place = node.data.at("prompt_template")
    reader = _Reader(node, bench)
    prompt = Prompt()
    if isinstance(place.value, dict):
        prompt.prompt = reader.text(place)
    else:
        _read_messages(place, reader, prompt)
    memory = node.data.at("memory")
    if reader.remembers and isinstance(place.value, list):
        if prompt.prompt:
            prompt.messages.append({"role": "user", "content": prompt.prompt})
        query = memory.at("query_prompt_template")
        asked = query or Place(DEFAULT_QUERY, query.pointer, query.part)
        prompt.prompt = reader.filled(asked)
    prompt.places_context = reader.places_context
    prompt.files = reader.files
    return prompt


def _read_messages(place: Place, reader: "_Reader", prompt: Prompt) -> None:
    """Read messages: the first of the system, those between, and the last of the user."""
    found: list[dict[str, str]] = []
    for item in place.items():
        role = item.at("role").text()
        if role not in {"system", "user", "assistant"}:
            item.part.changed(item.at("role").pointer, f"the role {role!r:.40} became `user`")
            role = "user"
        content = reader.text(item)
        if content.strip():
            found.append({"role": role, "content": content})
    if found and found[0]["role"] == "system":
        prompt.system = found.pop(0)["content"]
    if prompt.system and not found and not reader.remembers:
        # Most models want to be asked something, and here all of them are.
        place.part.changed(place.pointer, "the only message is the user's, and not the system's")
        prompt.system, prompt.prompt = "", prompt.system
    if found and found[-1]["role"] == "user":
        prompt.prompt = found.pop()["content"]
    prompt.messages = found[-100:]


class _Reader:
    """Reads texts and keeps what stands in them."""

    def __init__(self, node: SourceNode, bench: Bench) -> None:
        self._node = node
        self._bench = bench
        self.places_context = False
        self.files = False
        self.remembers = bench.is_chat and isinstance(node.data.at("memory").value, dict)

    def text(self, item: Place) -> str:
        if item.at("edition_type").text() == "jinja2":
            return self._jinja(item)
        return self.filled(item.at("text"))

    def _jinja(self, item: Place) -> str:
        variables = self._node.data.at("prompt_config").at("jinja2_variables")
        text = item.first_of("jinja2_text", "text")
        self._mark(text.text())
        made = jinja(
            Place(_MARK.sub("", text.text()), text.pointer, text.part),
            self._bench.inputs(variables, self._node),
        )
        node_id = self._bench.put_before(self._node, "prompt", made, "A prompt")
        marks = "".join(_OURS[mark] for mark in dict.fromkeys(_MARK.findall(text.text())))
        return f"{{{{{node_id}.text}}}}{marks}"

    def _mark(self, text: str) -> None:
        self.places_context = self.places_context or "{{#context#}}" in text

    def filled(self, place: Place) -> str:
        """Return a template as one of ours, with marks in it."""
        text = place.text()
        self._mark(text)
        parts: list[str] = []
        position = 0
        for mark in _MARK.finditer(text):
            parts.append(self._template(text[position : mark.start()], place))
            parts.append(_OURS[mark[1]])
            position = mark.end()
        parts.append(self._template(text[position:], place))
        return "".join(parts)

    def _template(self, text: str, place: Place) -> str:
        segments = self._bench.references.segments(text, self._node, place)
        kept: list[Segment] = []
        for segment in segments:
            if not isinstance(segment, str) and segment.type in {"file", "array[file]"}:
                self.files = True
                continue
            kept.append(segment)
            if not isinstance(segment, str) and segment.type not in {"string", "number"}:
                place.part.changed(
                    place.pointer, f"`{segment.path:.80}` is written as JSON without spaces"
                )
        text = joined(kept)
        if len(kept) < len(segments):
            text = text.strip() and text.rstrip()
        return _OUR_MARK.sub(r"\\{{", text)
