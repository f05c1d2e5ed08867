"""Requests, tools, knowledge."""

from typing import Any, Final

import msgspec

from skep_importer_dify.exporting.desk import Data, NodeDesk, only_reference
from skep_importer_dify.exporting.metadata_filters import filtering

_NOT_THERE: Final = (
    "max_size_bytes", "follow_redirects", "retry_statuses", "response", "idempotency_header",
)  # fmt: skip


def http_request(desk: NodeDesk) -> tuple[str, Data]:
    """Write a request."""
    seconds = desk.get("timeout_s", 60)
    auth = desk.get("auth", {})
    params = _lines(desk, "params")
    if auth.get("type") == "query":
        # There a key is a parameter like any other.
        params.append(f"{auth['name']}:{desk.text(auth['value'], 'auth', 'value')}")
    data: Data = {
        "method": desk.get("method", "GET").lower(),
        "url": desk.text(desk.get("url", ""), "url"),
        "params": "\n".join(params),
        "headers": "\n".join(_lines(desk, "headers")),
        "authorization": _auth(auth, desk),
        "body": _body(desk.get("body", {}), desk),
        "timeout": {"connect": 10, "read": seconds, "write": seconds},
        "ssl_verify": desk.get("verify_tls", True),
    }
    fails = desk.settings.get("fail_on_status", True)
    handles = desk.node.on_failure != "stop" or desk.node.retry is not None
    if fails != handles:
        message = "a status of 400 and above fails there where failures are handled, and only there"
        desk.part.changed(desk.at("fail_on_status"), message)
    for name in _NOT_THERE:
        if name in desk.settings:
            desk.lost(name, "cannot be set there")
    return "http-request", data


def _lines(desk: NodeDesk, name: str) -> list[str]:
    lines: list[str] = []
    for key, value in _pairs(desk.get(name, {})):
        given = value if isinstance(value, list) else [value]
        lines += (f"{key}:{desk.text(item, name, key)}" for item in given if item is not None)
    return lines


def _pairs(given: Data | list[Data]) -> list[tuple[str, Any]]:
    """Return names and values, which may be written as a list."""
    if isinstance(given, dict):
        return list(given.items())
    return [(pair["name"], pair.get("value")) for pair in given]


def _auth(auth: Data, desk: NodeDesk) -> Data:
    def text(key: str) -> str:
        return desk.text(auth.get(key, ""), "auth", key)

    match auth.get("type"):
        case "bearer":
            config = {"type": "bearer", "api_key": text("token")}
        case "basic":
            config = {"type": "basic", "api_key": f"{text('username')}:{text('password')}"}
        case "header":
            config = {"type": "custom", "header": auth.get("name", ""), "api_key": text("value")}
        case _:
            return {"type": "no-auth"}
    return {"type": "api-key", "config": config}


def _body(body: Data, desk: NodeDesk) -> Data:
    match body.get("type"):
        case "json":
            text = body.get("text")
            if text is None:
                message = "is a text there, with values written into it"
                desk.part.changed(desk.at("body"), message)
                encoded = msgspec.json.encode(body.get("value"))
                text = msgspec.json.format(encoded, indent=2).decode()
            return {"type": "json", "data": [_item(desk.text(text, "body"))]}
        case "text":
            kind = "json" if body.get("content_type") == "application/json" else "raw-text"
            return {"type": kind, "data": [_item(desk.text(body.get("text", ""), "body"))]}
        case "form" | "multipart" as kind:
            items = [_field(k, v, desk) for k, v in _pairs(body.get("fields", {}))]
            name = "form-data" if kind == "multipart" else "x-www-form-urlencoded"
            return {"type": name, "data": items}
        case "file":
            file = desk.selector(body.get("file"), "body", "file")
            return {"type": "binary", "data": [{"type": "file", "file": file}]}
        case _:
            return {"type": "none", "data": []}


def _item(text: str) -> Data:
    return {"type": "text", "value": text}


def _field(name: str, value: Any, desk: NodeDesk) -> Data:
    return {"key": name, **_item(desk.text(value, "body", "fields", name))}


def tool(desk: NodeDesk) -> tuple[str, Data]:
    """Write the call of a tool."""
    name = desk.get("tool", "")
    desk.part.changed(desk.at("tool"), "choose the provider of the tool there")
    arguments: Data = {}
    for key, value in desk.get("arguments", {}).items():
        if only_reference(value) is not None:
            selector = desk.selector(value, "arguments", key)
            arguments[key] = {"type": "variable", "value": selector}
        elif isinstance(value, str):
            arguments[key] = {"type": "mixed", "value": desk.text(value, "arguments", key)}
        else:
            arguments[key] = {"type": "constant", "value": value}
    return "tool", {
        "provider_id": "",
        "provider_type": "builtin",
        "provider_name": "",
        "tool_name": name,
        "tool_label": desk.node.title or name,
        "tool_configurations": {},
        "tool_parameters": arguments,
        "tool_node_version": "2",
    }


def knowledge(desk: NodeDesk) -> tuple[str, Data]:
    """Write a search in datasets."""
    desk.part.changed(desk.at("datasets"), "datasets are named by ids of their own: choose them")
    config: Data = {"top_k": desk.get("top_k", 5), "reranking_enable": False}
    if desk.get("score_threshold") is not None:
        config["score_threshold"] = desk.get("score_threshold")
    if model := desk.get("rerank_model"):
        provider, _, name = model.partition("/")
        config |= {
            "reranking_enable": True,
            "reranking_mode": "reranking_model",
            "reranking_model": {"provider": provider, "model": name},
        }
    elif "vector_weight" in desk.settings:
        share = desk.settings["vector_weight"]
        config |= {
            "reranking_mode": "weighted_score",
            "weights": {
                "vector_setting": {"vector_weight": share},
                "keyword_setting": {"keyword_weight": round(1 - share, 6)},
            },
        }
    return "knowledge-retrieval", {
        "query_variable_selector": desk.selector(desk.get("query"), "query"),
        "dataset_ids": list(desk.get("datasets", [])),
        "retrieval_mode": "multiple",
        "multiple_retrieval_config": config,
        **filtering(desk),
    }
