"""Nodes that ask a model."""

from typing import Any, Final

from skep_importer_dify.exporting.desk import Data, NodeDesk

_PARAMETERS: Final = ("temperature", "top_p", "max_tokens", "seed", "stop")
_MODES: Final = {"tools": "function_call", "prompt": "prompt"}
_MARKS: Final = {"{{context}}": "{{#context#}}", "{{memory}}": "{{#histories#}}"}


def _model(desk: NodeDesk) -> Data:
    provider, _, name = str(desk.get("model", "default")).partition("/")
    if not name:
        provider = ""
        desk.part.changed(desk.at("model"), "the default model has to be chosen there")
    wanted: Data = {key: desk.settings[key] for key in _PARAMETERS if key in desk.settings}
    for key, value in desk.get("extra", {}).items():
        is_format = key == "response_format" and isinstance(value, dict) and "type" in value
        wanted[key] = value["type"] if is_format else value
    return {"provider": provider, "name": name, "mode": "chat", "completion_params": wanted}


def _memory(desk: NodeDesk) -> Data | None:
    memory = desk.settings.get("memory")
    if not isinstance(memory, dict) or memory.get("enabled") is False:
        return None
    window = memory.get("window")
    made: Data = {"window": {"enabled": window is not None, "size": window or 10}}
    if prefixes := memory.get("prefixes"):
        made["role_prefix"] = dict(prefixes)
    return made


def _vision(desk: NodeDesk) -> Data:
    vision = desk.settings.get("vision")
    if not isinstance(vision, dict):
        return {"enabled": False}
    configs: Data = {"variable_selector": desk.selector(vision.get("images"), "vision", "images")}
    if vision.get("detail") in {"low", "high"}:
        configs["detail"] = vision["detail"]
    return {"enabled": True, "configs": configs}


def _prompt(desk: NodeDesk, value: Any, *steps: str | int) -> str:
    text = desk.text(value, *steps)
    for ours, theirs in _MARKS.items():
        text = text.replace(ours, theirs)
    return text


def llm(desk: NodeDesk) -> tuple[str, Data]:
    """Write a model call."""
    messages = [{"role": "system", "text": _prompt(desk, desk.get("system", ""), "system")}]
    messages += (
        {"role": each["role"], "text": _prompt(desk, each["content"], "messages", index)}
        for index, each in enumerate(desk.get("messages", []))
    )
    prompt = _prompt(desk, desk.get("prompt", ""), "prompt")
    data: Data = {"model": _model(desk), "prompt_template": messages, "vision": _vision(desk)}
    memory = _memory(desk)
    if memory is not None:
        data["memory"] = {**memory, "query_prompt_template": prompt}
    elif prompt:
        messages.append({"role": "user", "text": prompt})
    context = desk.settings.get("context")
    if context is None:
        data["context"] = {"enabled": False, "variable_selector": []}
    else:
        selector = desk.selector(context, "context")
        data["context"] = {"enabled": True, "variable_selector": selector}
        if not any("{{#context#}}" in each["text"] for each in messages):
            messages[0]["text"] = f"{messages[0]['text']}\n\n{{{{#context#}}}}".strip()
            desk.part.changed(desk.at("context"), "stands at the end of the system prompt")
    if "response_schema" in desk.settings:
        data |= {
            "structured_output_enabled": True,
            "structured_output": {"schema": desk.settings["response_schema"]},
        }
    data["reasoning_format"] = "tagged" if desk.get("reasoning") == "inline" else "separated"
    return "llm", data


def question_classifier(desk: NodeDesk) -> tuple[str, Data]:
    """Write the choice of a class."""
    classes = []
    for index, each in enumerate(desk.get("classes", [])):
        name = desk.text(each["name"], "classes", index, "name")
        if each.get("description"):
            name = f"{name}: {each['description']}"
        classes.append({"id": each["id"], "name": name})
    return "question-classifier", {
        "query_variable_selector": desk.selector(desk.get("query"), "query"),
        "classes": classes,
        **_asked(desk),
    }


def _asked(desk: NodeDesk) -> Data:
    data: Data = {
        "model": _model(desk),
        "instruction": desk.text(desk.get("instruction", ""), "instruction"),
        "vision": _vision(desk),
    }
    if (memory := _memory(desk)) is not None:
        data["memory"] = memory
    return data


def parameter_extractor(desk: NodeDesk) -> tuple[str, Data]:
    """Write the reading of values out of a text."""
    parameters = [
        {
            "name": each["name"],
            "type": "select" if each.get("options") else each.get("type", "string"),
            "description": each.get("description", ""),
            "required": bool(each.get("required")),
            **({"options": list(each["options"])} if each.get("options") else {}),
        }
        for each in desk.get("parameters", [])
    ]
    data: Data = {
        "query": desk.selector(desk.get("query"), "query"),
        "parameters": parameters,
        **_asked(desk),
    }
    if desk.get("mode") in _MODES:
        data["reasoning_mode"] = _MODES[desk.get("mode")]
    if desk.get("on_missing") == "fail":
        desk.part.changed(desk.at("on_missing"), "goes on with empty values there")
    return "parameter-extractor", data


def agent(desk: NodeDesk) -> tuple[str, Data]:
    """Write an agent."""
    tools = [
        {
            "tool_name": each["name"],
            "tool_label": each.get("title", ""),
            "enabled": True,
            "settings": {key: {"value": value} for key, value in each.get("arguments", {}).items()},
        }
        for each in desk.get("tools", [])
    ]
    name = "ReAct" if desk.get("strategy") == "react" else "function_calling"
    model = _model(desk)
    wanted: Data = {
        "model": {"provider": model["provider"], "model": model["name"], "mode": "chat"},
        "instruction": desk.text(desk.get("instruction", ""), "instruction"),
        "query": desk.text(desk.get("query", ""), "query"),
        "tools": tools,
        "maximum_iterations": desk.get("max_steps", 10),
    }
    data: Data = {
        "agent_strategy_provider_name": "langgenius/agent/agent",
        "agent_strategy_name": name,
        "agent_strategy_label": name,
        "agent_parameters": {
            key: {"type": "constant", "value": value} for key, value in wanted.items()
        },
        "tool_node_version": "2",
    }
    if (memory := _memory(desk)) is not None:
        data["memory"] = memory
    if "output_schema" in desk.settings:
        desk.lost("output_schema", "agents there give text")
    return "agent", data
