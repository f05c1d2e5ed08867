"""Code, templates, variables, lists, documents."""

from typing import Any, Final

from skep_importer_dify.exporting.conditions import conditions
from skep_importer_dify.exporting.desk import Data, NodeDesk, as_text, only_reference
from skep_importer_dify.meaning.outputs import FILE_FIELDS
from skep_importer_dify.nodes.values import OPERATIONS

_LANGUAGES: Final = {"python": "python3", "javascript": "javascript"}
_OPERATIONS: Final = {ours: theirs for theirs, ours in OPERATIONS.items() if theirs != "set"}
_FIELDS: Final = {ours: theirs for theirs, ours in FILE_FIELDS.items() if theirs != "filename"}


def code(desk: NodeDesk) -> tuple[str, Data]:
    """Write code."""
    language = desk.get("language", "python")
    if language not in _LANGUAGES:
        desk.part.changed(desk.at("language"), f"{language} is not run there")
    for name in ("environment", "limits"):
        if name in desk.settings:
            desk.lost(name, "is set for all code there")
    outputs = {
        name: {"type": kind, "children": None} for name, kind in desk.get("outputs", {}).items()
    }
    return "code", {
        "code_language": _LANGUAGES.get(language, language),
        "variables": desk.variables(),
        "code": desk.get("code", ""),
        "outputs": outputs,
    }


def template(desk: NodeDesk) -> tuple[str, Data]:
    """Write a Jinja template."""
    return "template-transform", {
        "variables": desk.variables(),
        "template": desk.get("template", ""),
    }


def aggregator(desk: NodeDesk) -> tuple[str, Data]:
    """Write the choice of the first value there is."""
    groups = desk.get("groups", [])
    made = [
        {
            "group_name": group["name"],
            "groupId": group["name"],
            "output_type": group.get("type", "any"),
            "variables": _selectors(group["values"], desk, "groups", index, "values"),
        }
        for index, group in enumerate(groups)
    ]
    return "variable-aggregator", {
        "output_type": desk.get("type", "any"),
        "variables": _selectors(desk.get("values", []), desk, "values"),
        "advanced_settings": {"group_enabled": bool(groups), "groups": made},
    }


def _selectors(values: list[Any], desk: NodeDesk, *steps: str | int) -> list[list[str]]:
    found = [desk.selector(value, *steps, index) for index, value in enumerate(values)]
    return [selector for selector in found if selector]


def assigner(desk: NodeDesk) -> tuple[str, Data]:
    """Write changes of variables."""
    items = []
    for index, change in enumerate(desk.get("changes", [])):
        root, _, name = change["target"].partition(".")
        operation = change.get("operation", "set")
        item: Data = {
            "variable_selector": [desk.desk.ids.get(root, root), name],
            "operation": _OPERATIONS[operation],
            "write_mode": "over-write",
            "input_type": "constant",
            "value": "",
        }
        value = change.get("value")
        if only_reference(value) is not None:
            item["input_type"] = "variable"
            item["value"] = desk.selector(value, "changes", index, "value")
        elif isinstance(value, str):
            item["value"] = desk.text(value, "changes", index, "value")
        elif value is not None:
            item["value"] = value
        if operation == "set" and item["input_type"] == "constant":
            item["operation"] = "set"
        items.append(item)
    return "assigner", {"version": "2", "items": items}


def list_operator(desk: NodeDesk) -> tuple[str, Data]:
    """Write filter, choice, order and limit."""
    limit, sort, pick = desk.get("limit", {}), desk.get("sort", {}), desk.get("pick", {})
    if limit.get("from_end"):
        desk.lost("limit", "a limit counts from the beginning")
    return "list-operator", {
        "variable": desk.selector(desk.get("items"), "items"),
        "filter_by": _filter(desk),
        "extract_by": {"enabled": bool(pick), "serial": _number(pick.get("position"), desk)},
        "order_by": {
            "enabled": bool(sort),
            "key": _FIELDS.get(sort.get("field", ""), sort.get("field", "")),
            "value": sort.get("order", "asc"),
        },
        "limit": {"enabled": bool(limit), "size": limit.get("count", 10)},
    }


def _number(value: Any, desk: NodeDesk) -> str:
    return desk.text(value, "pick", "position") if isinstance(value, str) else as_text(value or "")


def _filter(desk: NodeDesk) -> Data:
    wanted = desk.get("filter", {})
    if not wanted:
        return {"enabled": False, "conditions": []}
    if wanted.get("match", "all") != "all":
        desk.lost("filter", "all conditions have to hold there")
    made: list[Data] = []
    for index, condition in enumerate(wanted["conditions"]):
        found = conditions([{"left": None, **condition}], desk, "filter", index)
        made += (
            {
                "key": _FIELDS.get(condition.get("field", ""), condition.get("field", "")),
                "comparison_operator": each["comparison_operator"],
                "value": each["value"],
            }
            for each in found
        )
    return {"enabled": True, "conditions": made}


def document_extractor(desk: NodeDesk) -> tuple[str, Data]:
    """Write the reading of documents."""
    selector = desk.selector(desk.get("file"), "file")
    return "document-extractor", {
        "variable_selector": selector,
        "is_array_file": selector[:2] == ["sys", "files"],
    }
