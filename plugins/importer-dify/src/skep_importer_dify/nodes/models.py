"""Nodes that ask a model."""

from typing import Any, Final

from skep_importer_dify.meaning.bench import Bench, Converted
from skep_importer_dify.meaning.models import memory_of, model_name, parameters
from skep_importer_dify.meaning.outputs import extracted_name
from skep_importer_dify.meaning.prompts import Prompt, read_prompt
from skep_importer_dify.meaning.tools import tool_name
from skep_importer_dify.source.graph import SourceNode
from skep_importer_dify.source.names import json_value, value_type
from skep_importer_dify.source.places import Place
from skep_importer_dify.source.ports import port_names

_PARAMETER_TYPES: Final = frozenset({
    "string", "number", "boolean", "object",
    "array[string]", "array[number]", "array[boolean]", "array[object]",
})  # fmt: skip
_MODES: Final = {"function_call": "tools", "prompt": "prompt"}

Data = dict[str, Any]


def llm(node: SourceNode, bench: Bench) -> Converted:
    """Translate a model call."""
    data = node.data
    settings: Data = _model(data.at("model"), bench)
    prompt = read_prompt(node, bench)
    settings |= prompt.settings()
    if not prompt.settings():
        node.part.changed(data.at("prompt_template").pointer, "says nothing; what the user says is")
        settings["prompt"] = "{{sys.query}}"
    context = data.at("context")
    if context.at("enabled").flag() and prompt.places_context:
        settings["context"] = bench.value(context.at("variable_selector"), node)
    elif context.at("enabled").flag():
        message = "no prompt says where the context goes, so the model never got it"
        node.part.changed(context.pointer, message)
    memory = memory_of(data.at("memory")) if bench.is_chat else None
    if memory is not None:
        settings["memory"] = memory
    settings |= _vision(data.at("vision"), prompt, node, bench)
    settings |= parameters(data.at("model").at("completion_params"))
    settings |= _schema(data)
    if data.at("reasoning_format").text() != "separated":
        settings["reasoning"] = "inline"
    return Converted("llm", settings)


def _model(place: Place, bench: Bench) -> Data:
    name = model_name(place, bench.installed.providers)
    return {"model": name} if name != "default" else {}


def _vision(place: Place, prompt: Prompt, node: SourceNode, bench: Bench) -> Data:
    if not place.at("enabled").flag():
        if prompt.files:
            message = "images are shown to the model when its vision is switched on"
            node.part.changed(place.pointer, message)
        return {}
    configs = place.at("configs")
    selector = configs.at("variable_selector")
    images = bench.value(selector, node) if selector else "{{sys.files}}"
    if images is None:
        return {}
    detail = configs.at("detail").text()
    return {
        "vision": {"images": images, **({"detail": detail} if detail in {"low", "high"} else {})}
    }


def _schema(data: Place) -> Data:
    is_on = data.first_of("structured_output_enabled", "structured_output_switch_on").flag()
    place = data.at("structured_output").at("schema")
    if not is_on or not place:
        return {}
    schema = json_value(place.value, None) if isinstance(place.value, str) else place.value
    if not isinstance(schema, dict):
        place.part.left_out(place.pointer, "no JSON Schema")
        return {}
    return {"response_schema": schema}


def question_classifier(node: SourceNode, bench: Bench) -> Converted:
    """Translate the choice of a class."""
    data = node.data
    classes: list[Data] = []
    ports = port_names([item.at("id").text() for item in data.at("classes").items()])
    for item in data.at("classes").items():
        port = ports[item.at("id").text()]
        if port in {made["id"] for made in classes}:
            continue
        name = item.at("name").text() or item.at("label").text() or port
        classes.append({"id": port, "name": _filled(name, item, node, bench)})
    settings: Data = {
        **_model(data.at("model"), bench),
        "query": bench.value(data.at("query_variable_selector"), node) or "{{sys.query}}",
        "classes": classes or [{"id": "other", "name": "Other"}],
        **_asked(node, bench),
    }
    return Converted("question-classifier", settings)


def _filled(name: str, item: Place, node: SourceNode, bench: Bench) -> str:
    return bench.text(Place(name, item.at("name").pointer, item.part), node) or name


def _asked(node: SourceNode, bench: Bench) -> Data:
    """Return what classifiers and extractors have in common."""
    data = node.data
    settings: Data = {}
    if instruction := bench.text(data.at("instruction"), node):
        settings["instruction"] = instruction
    memory = memory_of(data.at("memory")) if bench.is_chat else None
    if memory is not None:
        memory.pop("prefixes", None)
        settings["memory"] = memory
    settings |= _vision(data.at("vision"), Prompt(), node, bench)
    wanted = parameters(data.at("model").at("completion_params"))
    kept = {key: wanted.pop(key) for key in ("temperature", "extra") if key in wanted}
    if wanted:
        kept["extra"] = {**wanted, **kept.get("extra", {})}
    return settings | kept


def parameter_extractor(node: SourceNode, bench: Bench) -> Converted:
    """Translate the reading of values out of a text."""
    data = node.data
    found: list[Data] = []
    for item in data.at("parameters").items():
        name = item.at("name").text()
        if not name or name.casefold() in {made["name"].casefold() for made in found}:
            continue
        kind = value_type(item.at("type").text())
        if kind not in _PARAMETER_TYPES:
            item.part.changed(item.pointer, f"a parameter of the type {kind} became a text")
            kind = "string"
        made: Data = {"name": extracted_name(name), "type": kind}
        if description := item.at("description").text():
            made["description"] = description
        if item.at("required").flag():
            made["required"] = True
        if kind in {"string", "array[string]"} and (options := item.at("options").texts()):
            made["options"] = list(dict.fromkeys(options))[:200]
        found.append(made)
    settings: Data = {
        **_model(data.at("model"), bench),
        "query": bench.value(data.first_of("query", "query_variable_selector"), node)
        or "{{sys.query}}",
        "parameters": found,
        **_asked(node, bench),
    }
    mode = _MODES.get(data.at("reasoning_mode").text())
    if mode is not None:
        settings["mode"] = mode
    return Converted("parameter-extractor", settings)


def agent(node: SourceNode, bench: Bench) -> Converted:
    """Translate an agent; there are strategies here that are like those over there."""
    data, part = node.data, node.part
    wanted = data.at("agent_parameters")
    strategy = data.first_of("agent_strategy_name", "agent_strategy_label").text().lower()
    if data.at("agent_node_kind"):
        part.changed(data.at("agent_node_kind").pointer, "what this agent is stands elsewhere")
    model = _parameter(wanted, "model")
    settings: Data = {
        **_model(model, bench),
        "strategy": "react" if "react" in strategy else "function-calling",
        "instruction": bench.text(_parameter(wanted, "instruction"), node),
        "query": bench.text(_parameter(wanted, "query"), node) or "{{sys.query}}",
        "tools": agent_tools(_parameter(wanted, "tools"), bench),
    }
    steps = _parameter(wanted, "maximum_iterations", "max_iterations")
    if steps:
        settings["max_steps"] = steps.whole(1, 100, 10)
    memory = memory_of(data.at("memory")) if bench.is_chat else None
    if memory is not None:
        memory.pop("prefixes", None)
        settings["memory"] = memory
    if _parameter(wanted, "mcp_servers_config", "mcp_servers"):
        part.left_out(wanted.pointer, "MCP servers are set up as tools by the operator")
    if model.at("completion_params"):
        message = "the strategy chooses how the model is asked"
        part.left_out(model.at("completion_params").pointer, message)
    return Converted("agent", {key: value for key, value in settings.items() if value != ""})


def _parameter(place: Place, *names: str) -> Place:
    found = place.first_of(*names)
    is_wrapped = isinstance(found.value, dict) and "value" in found.value
    return found.at("value") if is_wrapped else found


def agent_tools(place: Place, bench: Bench) -> list[Data]:
    """Return the tools of an agent that are switched on."""
    tools: list[Data] = []
    for item in place.items():
        if not item.at("enabled").flag(default=True):
            item.part.left_out(item.pointer, "a tool that is switched off")
            continue
        name = tool_name(item, bench.installed.tools)
        if not name or name in {made["name"] for made in tools}:
            continue
        made: Data = {"name": name}
        if title := item.at("tool_label").text():
            made["title"] = title
        fixed = item.first_of("tool_parameters", "settings", "parameters")
        arguments = {key: value for key, each in fixed.entries()
                     if (value := _fixed(each)) not in (None, "")}  # fmt: skip
        if arguments:
            made["arguments"] = arguments
        tools.append(made)
    return tools


def _fixed(place: Place) -> Any:
    """Return a value that was set; what the model chooses is none."""
    value = place.value
    while isinstance(value, dict) and "value" in value:
        value = value["value"]
    return None if isinstance(value, dict) else value
