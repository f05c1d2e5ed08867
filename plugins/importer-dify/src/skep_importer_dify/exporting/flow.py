"""Start, end, answer, ways on, rounds, questions to people."""

from typing import Any, Final

from skep_importer_dify.exporting.conditions import conditions
from skep_importer_dify.exporting.desk import Data, NodeDesk, as_text, only_reference
from skep_importer_dify.meaning.forms import TYPES

_FIELD_TYPES: Final = {
    "text": "text-input", "paragraph": "paragraph", "select": "select", "number": "number",
    "checkbox": "checkbox", "file": "file", "files": "file-list", "json": "json_object",
    "object": "json_object",
}  # fmt: skip
_KINDS: Final = {"image/*": "image", "audio/*": "audio", "video/*": "video"}
_STYLES: Final = {"primary": "primary", "danger": "accent", "quiet": "ghost"}
_FAILED_ROUND: Final = {
    "stop": "terminated", "null": "continue-on-error", "drop": "remove-abnormal-output",
}  # fmt: skip


def start(desk: NodeDesk) -> tuple[str, Data]:
    """Write the form."""
    return "start", {
        "variables": [_field(f, desk, i) for i, f in enumerate(desk.get("fields", []))]
    }


def _field(field: Data, desk: NodeDesk, index: int) -> Data:
    kind = field.get("type", "text")
    if kind not in _FIELD_TYPES:
        desk.part.changed(desk.at("fields", index), f"a field of the type {kind} became a text")
    made: Data = {
        "variable": field["name"],
        "label": field.get("label") or field["name"],
        "type": _FIELD_TYPES.get(kind, "text-input"),
        "required": bool(field.get("required")),
        "options": list(field.get("options", ())),
        "max_length": field.get("max_length") or field.get("max_items"),
    }
    for ours, theirs in (("hidden", "hide"), ("placeholder", "placeholder"), ("default", "default"),
                         ("description", "description"), ("schema", "json_schema")):  # fmt: skip
        if field.get(ours) not in (None, "", False):
            made[theirs] = field[ours]
    if kind in {"file", "files"}:
        made |= _files(field)
    for key in ("min", "max", "max_size_bytes"):
        if field.get(key) is not None:
            desk.part.left_out(desk.at("fields", index, key), "is not limited there")
    return made


def _files(field: Data) -> Data:
    accept = list(field.get("accept", ()))
    extensions = [each for each in accept if each.startswith(".")]
    kinds = [
        _KINDS.get(each, each) if each in _KINDS or each.isalpha() else "custom" for each in accept
    ]
    types = list(dict.fromkeys(kinds)) or ["custom"]
    return {
        "allowed_file_types": types,
        "allowed_file_extensions": extensions,
        "allowed_file_upload_methods": ["local_file", "remote_url"],
    }


def end(desk: NodeDesk) -> tuple[str, Data]:
    """Write the outputs of a run."""
    outputs = [
        {"variable": name, "value_selector": desk.selector(value, "outputs", name)}
        for name, value in desk.get("outputs", {}).items()
    ]
    return "end", {"outputs": outputs}


def answer(desk: NodeDesk) -> tuple[str, Data]:
    """Write what the user reads."""
    return "answer", {"answer": desk.text(desk.get("text", ""), "text"), "variables": []}


def if_else(desk: NodeDesk) -> tuple[str, Data]:
    """Write the cases."""
    cases = []
    for index, case in enumerate(desk.get("cases", [])):
        match = case.get("match", "all")
        if match == "none":
            desk.part.left_out(desk.at("cases", index), "a case in which none may hold")
        cases.append(
            {
                "id": case["id"],
                "case_id": case["id"],
                "logical_operator": "or" if match == "any" else "and",
                "conditions": conditions(case["conditions"], desk, "cases", index, "conditions"),
            }
        )
    return "if-else", {"cases": cases}


def iteration(desk: NodeDesk) -> tuple[str, Data]:
    """Write rounds over items."""
    parallel = desk.get("parallel", 1)
    return "iteration", {
        "start_node_id": f"{desk.desk.ids[desk.id]}start",
        "iterator_selector": desk.selector(desk.get("items"), "items"),
        "output_selector": desk.selector(desk.get("output"), "output"),
        "is_parallel": parallel > 1,
        "parallel_nums": parallel if parallel > 1 else 10,
        "error_handle_mode": _FAILED_ROUND[desk.get("on_failed_round", "stop")],
        "flatten_output": desk.get("flatten", True),
    }


def loop(desk: NodeDesk) -> tuple[str, Data]:
    """Write rounds until something holds."""
    if "output" in desk.settings:
        desk.lost("output", "a loop gives its variables only")
    variables = [_loop_variable(v, desk, i) for i, v in enumerate(desk.get("variables", []))]
    return "loop", {
        "start_node_id": f"{desk.desk.ids[desk.id]}start",
        "loop_count": desk.get("max_rounds", 10),
        "loop_variables": variables,
        "break_conditions": conditions(desk.get("until", []), desk, "until"),
        "logical_operator": "or" if desk.get("match") == "any" else "and",
    }


def _loop_variable(variable: Data, desk: NodeDesk, index: int) -> Data:
    value: Any = variable.get("value")
    is_reference = only_reference(value) is not None
    selector = desk.selector(value, "variables", index) if is_reference else None
    return {
        "id": f"{desk.id[:40]}-{index}",
        "label": variable["name"],
        "var_type": variable.get("type", "any"),
        "value_type": "variable" if is_reference else "constant",
        "value": selector if is_reference else "" if value is None else as_text(value),
    }


def loop_break(_: NodeDesk) -> tuple[str, Data]:
    """Write the way out of a loop."""
    return "loop-end", {}


def human_input(desk: NodeDesk) -> tuple[str, Data]:
    """Write a question to a person."""
    hours = max(1, round((desk.get("timeout_s") or 129_600) / 3600))
    inputs = []
    for index, field in enumerate(desk.get("fields", [])):
        given = field.get("type", "text")
        kind = {"files": "file-list", "text": "paragraph"}.get(given, given)
        if kind not in TYPES:
            message = f"a field of the type {kind} became a text"
            desk.part.changed(desk.at("fields", index), message)
            kind = "paragraph"
        made: Data = {"type": kind, "output_variable_name": field["name"]}
        if kind == "select":
            options = field.get("options") or []
            source: Data = {"type": "constant", "value": list(options), "selector": []}
            if isinstance(options, str):
                source = {"type": "variable", "value": [], "selector": desk.selector(options)}
            made["option_source"] = source
        if field.get("default") is not None:
            reference = only_reference(field["default"])
            made["default"] = (
                {"type": "variable", "selector": desk.selector(field["default"]), "value": ""}
                if reference is not None
                else {"type": "constant", "selector": [], "value": as_text(field["default"])}
            )
        inputs.append(made)
    actions = [
        {
            "id": each["id"],
            "title": each.get("label", ""),
            "button_style": _STYLES.get(each.get("style", "default"), "default"),
        }
        for each in desk.get("actions", [{"id": "submit", "label": "Submit", "style": "primary"}])
    ]
    return "human-input", {
        "form_content": desk.text(desk.get("content", ""), "content"),
        "inputs": inputs,
        "user_actions": actions,
        "timeout": hours,
        "timeout_unit": "hour",
        "delivery_methods": [],
    }
