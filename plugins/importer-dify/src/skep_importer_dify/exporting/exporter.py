"""Writes a whole document: app, variables, nodes, edges."""

from typing import Any, Final

import msgspec
import yaml

from skep_contracts.graph import WorkflowDocument
from skep_contracts.plugins.importers import Exported
from skep_contracts.problems import InvalidInput, json_pointer
from skep_importer_dify.exporting import flow, models, outside, values
from skep_importer_dify.exporting.desk import Data, Desk, NodeDesk, Writer
from skep_importer_dify.exporting.wiring import wire
from skep_importer_dify.source.places import Part, Report

VERSION: Final = "0.6.0"
WRITERS: Final[dict[str, Writer]] = {
    "start": flow.start,
    "end": flow.end,
    "answer": flow.answer,
    "if-else": flow.if_else,
    "iteration": flow.iteration,
    "loop": flow.loop,
    "loop-break": flow.loop_break,
    "human-input": flow.human_input,
    "llm": models.llm,
    "question-classifier": models.question_classifier,
    "parameter-extractor": models.parameter_extractor,
    "agent": models.agent,
    "code": values.code,
    "template": values.template,
    "variable-aggregator": values.aggregator,
    "variable-assigner": values.assigner,
    "list-operator": values.list_operator,
    "document-extractor": values.document_extractor,
    "http-request": outside.http_request,
    "tool": outside.tool,
    "knowledge-retrieval": outside.knowledge,
}
_RETRIED: Final = frozenset({"llm", "code", "http-request", "tool"})
_DEFAULT_TYPES: Final = {str: "string", bool: "string", int: "number", float: "number",
                         dict: "object"}  # fmt: skip


def export(document: WorkflowDocument) -> Exported:
    """Return a document as an app of the other side.

    Raises:
        InvalidInput: It has no start that could be written.
    """
    report = Report()
    desk = Desk(document)
    app_part = report.part("/app", "app")
    made: dict[str, Data] = {}
    for node_id, node in document.nodes.items():
        pointer = json_pointer("nodes", node_id)
        part = report.part(pointer, f"{node.type} “{node.title or node_id}”")
        part.node = node_id
        writer = WRITERS.get(node.type)
        if writer is None:
            part.drop(f"there is no node like `{node.type}`; what follows it runs without")
            continue
        made[node_id] = _node(NodeDesk(desk, node_id, part), writer)
    if not any(data["type"] == "start" for data in made.values()):
        raise InvalidInput("The document has no start that the other side knows.")
    graph = wire(desk, made, report.part("/edges", "edges"))
    data = {
        "app": _app(document, app_part),
        "dependencies": [],
        "kind": "app",
        "version": VERSION,
        "workflow": {
            "conversation_variables": _conversation(document),
            "environment_variables": _environment(document),
            "features": _features(document),
            "graph": graph,
            "rag_pipeline_variables": [],
        },
    }
    return Exported(text=_yaml(data), media_type="application/yaml", report=report.finish())


def _node(desk: NodeDesk, writer: Writer) -> Data:
    node = desk.node
    kind, data = writer(desk)
    made: Data = {"type": kind, "title": node.title, "desc": node.note, **data}
    if node.retry is not None and kind in _RETRIED:
        made["retry_config"] = {
            "retry_enabled": True,
            "max_retries": node.retry.attempts - 1,
            "retry_interval": round(node.retry.delay_s * 1000),
        }
        if node.retry.factor != 1:
            desk.part.changed(f"{desk.pointer}/retry/factor", "waits as long each time there")
    elif node.retry is not None:
        desk.part.left_out(f"{desk.pointer}/retry", "is not tried again there")
    if node.on_failure == "edge":
        made["error_strategy"] = "fail-branch"
    elif node.on_failure == "defaults":
        made["error_strategy"] = "default-value"
        made["default_value"] = _defaults(desk)
    if node.timeout_s is not None:
        desk.part.left_out(f"{desk.pointer}/timeout_s", "the time of a node is not limited there")
    return made


def _defaults(desk: NodeDesk) -> list[Data]:
    from skep_contracts.references import Reference

    found = []
    for name, value in desk.node.defaults.items():
        selector = desk.desk.selector(Reference(desk.id, (name,)))
        if selector is None:
            continue
        kind = _DEFAULT_TYPES.get(type(value), "array[object]")
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            kind = "array[string]"
        text = (
            value if isinstance(value, str | int | float) else msgspec.json.encode(value).decode()
        )
        found.append({"key": selector[1], "type": kind, "value": text})
    return found


def _app(document: WorkflowDocument, part: Part) -> Data:
    if document.limits.timeout_s != 1200 or document.limits.steps != 5000:
        part.left_out("/limits", "the limits of a run are set for all apps there")
    return {
        "description": document.app.description,
        "icon": document.app.icon or "🤖",
        "icon_background": "#FFEAD5",
        "icon_type": "emoji",
        "mode": "advanced-chat" if document.app.mode == "chat" else "workflow",
        "name": document.app.name,
        "use_icon_as_answer_icon": False,
    }


def _features(document: WorkflowDocument) -> Data:
    off = {"enabled": False}
    return {
        "file_upload": dict(off),
        "opening_statement": document.app.opening,
        "retriever_resource": dict(off),
        "sensitive_word_avoidance": dict(off),
        "speech_to_text": dict(off),
        "suggested_questions": list(document.app.suggestions),
        "suggested_questions_after_answer": dict(off),
        "text_to_speech": {**off, "language": "", "voice": ""},
    }


def _environment(document: WorkflowDocument) -> list[Data]:
    return [
        {
            "id": f"env-{each.name}",
            "name": each.name,
            "description": each.description,
            "value_type": each.type,
            "value": "" if each.value is None else each.value,
            "selector": ["env", each.name],
        }
        for each in document.environment
    ]


def _conversation(document: WorkflowDocument) -> list[Data]:
    return [
        {
            "id": f"conversation-{each.name}",
            "name": each.name,
            "description": each.description,
            "value_type": each.type,
            "value": _held(each.default, each.type),
            "selector": ["conversation", each.name],
        }
        for each in document.conversation
    ]


def _held(value: Any, kind: str) -> Any:
    if value is not None:
        return value
    return [] if kind.startswith("array[") else {"object": {}, "number": 0}.get(kind, "")


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and nothing as an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _yaml(data: Data) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
