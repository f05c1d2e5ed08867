"""Apps without a graph: one prompt, with knowledge or tools. They become short graphs."""

import re
from itertools import pairwise
from typing import Any, Final

from skep_contracts.plugins.importers import Installed
from skep_importer_dify.meaning.bench import Bench
from skep_importer_dify.meaning.forms import form_fields
from skep_importer_dify.meaning.metadata_filters import filtering
from skep_importer_dify.meaning.models import model_name, parameters
from skep_importer_dify.meaning.references import References, escaped
from skep_importer_dify.nodes.models import agent_tools
from skep_importer_dify.nodes.outside import retrieval
from skep_importer_dify.source.graph import SourceGraph
from skep_importer_dify.source.names import valid_name
from skep_importer_dify.source.places import Part, Place, Report

_MARK: Final = re.compile(
    r"\{\{#(context|histories|query)#\}\}|\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}"
)
_MARKS: Final = {"context": "{{context}}", "histories": "{{memory}}", "query": "{{sys.query}}"}
_STEP_X: Final = 300
_STRATEGIES: Final = {"function_call": "function-calling", "react": "react", "cot": "react"}

Data = dict[str, Any]


def simple_app(config: Place, mode: str, report: Report, installed: Installed) -> Data:
    """Return nodes, edges and layout of an app with one prompt."""
    builder = _Builder(config, mode, report, installed)
    builder.add_start()
    builder.add_knowledge()
    if mode == "agent-chat" or _is_agent(config):
        builder.add_agent()
    else:
        builder.add_model()
    builder.add_answer()
    for key, words in (("external_data_tools", "variables that are asked from elsewhere"),):
        if config.at(key):
            builder.part.left_out(config.at(key).pointer, words)
    return builder.document()


def _is_agent(config: Place) -> bool:
    settings = config.at("agent_mode")
    wanted = settings.at("strategy").text() in {"function_call", "react", "cot"}
    return settings.at("enabled").flag() and wanted


class _Builder:
    """Puts one node behind the other."""

    def __init__(self, config: Place, mode: str, report: Report, installed: Installed) -> None:
        self.part = report.part(config.pointer, "prompt and model")
        self._report = report
        self._config = Place(config.value, config.pointer, self.part)
        self._is_chat = mode != "completion"
        self._installed = installed
        self._nodes: dict[str, Data] = {}
        self._fields: dict[str, str] = {}
        self._has_context = False
        self.part.node = "reply"

    def add_start(self) -> None:
        place = self._config.at("user_input_form")
        part: Part = self._report.part(place.pointer, "form")
        part.node = "start"
        fields = form_fields(Place(place.value, place.pointer, part), part)
        self._fields = {field["name"]: field["name"] for field in fields}
        self._nodes["start"] = {"type": "start", "settings": {"fields": fields} if fields else {}}

    def add_knowledge(self) -> None:
        place = self._config.at("dataset_configs")
        chosen = [
            item.at("dataset").at("id").text()
            for item in place.at("datasets").at("datasets").items()
            if item.at("dataset").at("enabled").flag(default=True)
        ]
        chosen = [each[:200] for each in dict.fromkeys(chosen) if each][:50]
        if not chosen:
            return
        part = self._report.part(place.pointer, "knowledge")
        part.node = "search"
        part.changed(place.pointer, "datasets are named by ids of the other side: choose yours")
        variable = valid_name(self._config.at("dataset_query_variable").text() or "_")
        query = "{{sys.query}}" if self._is_chat else f"{{{{start.{variable}}}}}"
        if not self._is_chat and variable not in self._fields:
            part.left_out(place.pointer, "no variable is chosen as the query")
            return
        inside = Place(place.value, place.pointer, part)
        settings = {
            "query": query,
            "datasets": chosen,
            **retrieval(inside, inside.at("top_n")),
            **filtering(inside, self._value, providers=self._installed.providers),
        }
        self._nodes["search"] = {"type": "knowledge-retrieval", "settings": settings}
        self._has_context = True

    def add_agent(self) -> None:
        mode = self._config.at("agent_mode")
        model = self._config.at("model")
        references = References(SourceGraph(), {})
        bench = Bench(SourceGraph(), references, self._installed, is_chat=True)
        settings: Data = self._model()
        settings["strategy"] = _STRATEGIES.get(mode.at("strategy").text(), "function-calling")
        if instruction := self._text(self._config.at("pre_prompt")).strip():
            settings["instruction"] = instruction
        settings["query"] = "{{sys.query}}"
        settings["tools"] = agent_tools(mode.at("tools"), bench)
        if mode.at("max_iteration"):
            settings["max_steps"] = mode.at("max_iteration").whole(1, 100, 10)
        settings["memory"] = {}
        if self._has_context:
            context = "Use what is known:\n\n{{search.text}}"
            settings["instruction"] = "\n\n".join(
                (settings.get("instruction", ""), context)
            ).strip()
        if model.at("completion_params"):
            message = "the strategy chooses how the model is asked"
            self.part.left_out(model.at("completion_params").pointer, message)
        self._nodes["reply"] = {"type": "agent", "settings": settings}

    def add_model(self) -> None:
        settings: Data = self._model()
        if self._config.at("prompt_type").text() == "advanced":
            self._add_advanced(settings)
        elif self._is_chat:
            system = self._text(self._config.at("pre_prompt"))
            if system.strip():
                settings["system"] = system
            settings |= {"prompt": "{{sys.query}}", "memory": {}}
        else:
            settings["prompt"] = self._text(self._config.at("pre_prompt")) or "{{sys.query}}"
        if self._has_context:
            settings["context"] = "{{search.passages}}"
        upload = self._config.at("file_upload")
        if upload.at("image").at("enabled").flag() or upload.at("enabled").flag():
            settings["vision"] = {"images": "{{sys.files}}"}
        settings |= parameters(self._config.at("model").at("completion_params"))
        settings["reasoning"] = "inline"
        self._nodes["reply"] = {"type": "llm", "settings": settings}

    def _add_advanced(self, settings: Data) -> None:
        chat = self._config.at("chat_prompt_config").at("prompt")
        completion = self._config.at("completion_prompt_config").at("prompt").at("text")
        if chat:
            messages = []
            for item in chat.items():
                role = item.at("role").text()
                content = self._text(item.at("text"))
                if content.strip():
                    role = role if role in {"system", "assistant"} else "user"
                    messages.append({"role": role, "content": content})
            if messages and messages[0]["role"] == "system":
                settings["system"] = messages.pop(0)["content"]
            if messages and not self._is_chat and messages[-1]["role"] == "user":
                settings["prompt"] = messages.pop()["content"]
            if messages:
                settings["messages"] = messages[:100]
            if self._is_chat:
                settings["prompt"] = "{{sys.query}}"
        else:
            settings["prompt"] = self._text(completion)
        if self._is_chat:
            settings["memory"] = self._memory()

    def _memory(self) -> Data:
        """Return the memory, with who speaks where it is written into a prompt."""
        roles = self._config.at("completion_prompt_config").at("conversation_histories_role")
        named = (("user", "user_prefix"), ("assistant", "assistant_prefix"))
        prefixes = {role: text[:50] for role, key in named if (text := roles.at(key).text())}
        return {"prefixes": prefixes} if prefixes else {}

    def _model(self) -> Data:
        name = model_name(self._config.at("model"), self._installed.providers)
        return {"model": name} if name != "default" else {}

    def _value(self, place: Place) -> Any:
        return self._text(place) if isinstance(place.value, str) else place.value

    def _text(self, place: Place) -> str:
        """Return a prompt with its ``{{variable}}``s as references."""
        parts: list[str] = []
        text = place.text()
        position = 0
        for mark in _MARK.finditer(text):
            parts.append(escaped(text[position : mark.start()]))
            position = mark.end()
            parts.append(self._marked(mark, place))
        parts.append(escaped(text[position:]))
        return "".join(parts)

    def _marked(self, mark: re.Match[str], place: Place) -> str:
        if mark[1]:
            return _MARKS[mark[1]]
        name = valid_name(mark[2])
        if name in self._fields:
            return f"{{{{start.{name}}}}}"
        if mark[2] == "query":
            return "{{sys.query}}" if self._is_chat else ""
        place.part.left_out(place.pointer, f"`{mark[2]:.60}` is no field of the form")
        return ""

    def add_answer(self) -> None:
        self._nodes["answer"] = {"type": "answer", "settings": {"text": "{{reply.text}}"}}

    def document(self) -> Data:
        names = list(self._nodes)
        return {
            "nodes": self._nodes,
            "edges": [{"from": before, "to": after} for before, after in pairwise(names)],
            "layout": {name: [index * _STEP_X, 0] for index, name in enumerate(names)},
        }
