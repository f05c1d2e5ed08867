"""Nodes that reach outside: requests, tools, knowledge."""

import re
from typing import Any, Final

from skep_importer_dify.meaning.bench import Bench, Converted
from skep_importer_dify.meaning.metadata_filters import filtering
from skep_importer_dify.meaning.references import Found, Segment, joined
from skep_importer_dify.meaning.tools import argument, tool_name
from skep_importer_dify.source.graph import SourceNode
from skep_importer_dify.source.names import json_value
from skep_importer_dify.source.places import Place

METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}\Z")
_RESERVED: Final = frozenset(
    {"connection", "content-length", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)
_ESCAPED: Final = re.compile(r"\\.", re.DOTALL)
_ONE_VALUE: Final = frozenset({"number", "boolean", "object"})
"""Types of values that are the same as JSON and as text."""
MAX_TIMEOUT_S: Final = 600
Data = dict[str, Any]


def http_request(node: SourceNode, bench: Bench) -> Converted:
    """Translate a request."""
    data = node.data
    method = data.at("method").text("GET").upper() or "GET"
    if method not in METHODS:
        node.part.changed(data.at("method").pointer, f"{method:.20} became GET")
        method = "GET"
    settings: Data = {"method": method} if method != "GET" else {}
    settings["url"] = bench.text(data.at("url"), node)
    for name in ("params", "headers"):
        if pairs := _pairs(data.at(name), node, bench):
            settings[name] = pairs
    auth = _auth(data.at("authorization"), node, bench) or _key_in_query(settings, node, bench)
    if auth:
        settings["auth"] = auth
    body = _body(data.at("body"), node, bench)
    if body and method in {"GET", "HEAD"}:
        node.part.left_out(data.at("body").pointer, f"a body, which {method} does not have")
    elif body:
        settings["body"] = body
    seconds = max((data.at("timeout").at(key).number() or 0 for key in
                   ("read", "max_read_timeout", "write", "connect")
                   if data.at("timeout").at(key)), default=0)  # fmt: skip
    if seconds > 0:
        settings["timeout_s"] = min(seconds, MAX_TIMEOUT_S)
    if data.at("ssl_verify").value is not None and not data.at("ssl_verify").flag():
        settings["verify_tls"] = False
    retries = data.at("retry_config").at("retry_enabled").flag()
    if not node.strategy and not retries:
        # A status of 400 and above is an answer like any other there.
        settings["fail_on_status"] = False
    return Converted("http-request", settings)


def _lines(place: Place) -> list[tuple[str, str]]:
    """Return names and values of ``name:value`` lines."""
    pairs = []
    for line in place.text().splitlines():
        name, mark, value = line.partition(":")
        if name.strip():
            pairs.append((name.strip(), value.strip() if mark else ""))
    return pairs


def _pairs(place: Place, node: SourceNode, bench: Bench) -> Data:
    found: Data = {}
    is_headers = place.pointer.endswith("headers")
    for name, value in _lines(place):
        if "{{#" in name:
            place.part.left_out(place.pointer, "a name that is made of values")
            continue
        if is_headers and (not _HEADER.match(name) or name.lower() in _RESERVED):
            place.part.left_out(place.pointer, f"{name:.60} is set by the client, or no name")
            continue
        text = bench.text(Place(value, place.pointer, place.part), node)
        if name in found and not is_headers:
            earlier = found[name]
            found[name] = [*(earlier if isinstance(earlier, list) else [earlier]), text]
        else:
            found[name] = text
    return found


def _auth(place: Place, node: SourceNode, bench: Bench) -> Data:
    if place.at("type").text() in {"", "no-auth"}:
        return {}
    config = place.at("config")
    key = bench.text(config.at("api_key"), node)
    if "{{" not in key and key:
        message = "a key stands in the document; put it into a secret, and refer to it"
        place.part.changed(config.at("api_key").pointer, message)
    match config.at("type").text():
        case "bearer":
            return {"type": "bearer", "token": key}
        case "basic" if ":" in key:
            name, _, password = key.partition(":")
            return {"type": "basic", "username": name, "password": password}
        case "basic":
            return {"type": "header", "name": "Authorization", "value": f"Basic {key}"}
        case _:
            header = config.at("header").text() or "Authorization"
            if not _HEADER.match(header) or header.lower() in _RESERVED:
                place.part.left_out(place.pointer, f"{header:.60} cannot be a header")
                return {}
            return {"type": "header", "name": header, "value": key}


def _key_in_query(settings: Data, node: SourceNode, bench: Bench) -> Data:
    """Take a secret that stands among the parameters out of them; there can be one key."""
    place = node.data.at("params")
    secrets = {name for name, value in _lines(place) if _is_secret(value, place, node, bench)}
    params: Data = settings.get("params", {})
    if len(secrets) != 1 or not isinstance(params.get(name := secrets.pop()), str):
        return {}
    auth = {"type": "query", "name": name, "value": params.pop(name)}
    if not params:
        del settings["params"]
    return auth


def _is_secret(value: str, place: Place, node: SourceNode, bench: Bench) -> bool:
    match bench.references.segments(value, node, place):
        case [Found(is_secret=is_secret)]:
            return is_secret
        case _:
            return False


def _body(place: Place, node: SourceNode, bench: Bench) -> Data:
    kind = place.at("type").text()
    data = place.at("data")
    match kind:
        case "form-data" | "x-www-form-urlencoded":
            fields = _form(data, node, bench)
            return {"type": "multipart" if kind == "form-data" else "form", "fields": fields}
        case "json":
            return _json_body(data, node, bench)
        case "raw-text":
            return {"type": "text", "text": _body_text(data, node, bench)}
        case "binary":
            items = list(data.items())
            file = bench.value(items[0].at("file"), node) if items else None
            if file is None:
                place.part.left_out(data.pointer, "no file is chosen")
                return {}
            return {"type": "file", "file": file}
        case _:
            return {}


def _body_text(data: Place, node: SourceNode, bench: Bench) -> str:
    return joined(_body_segments(data, node, bench))


def _body_segments(data: Place, node: SourceNode, bench: Bench) -> list[Segment]:
    if isinstance(data.value, list):
        return [
            segment for item in data.items() for segment in bench.segments(item.at("value"), node)
        ]
    return bench.segments(data, node)


def _json_body(data: Place, node: SourceNode, bench: Bench) -> Data:
    """Return JSON in which no value can break out, else the text that was to become JSON.

    Over there values are written into the text as they are, and what comes of it is repaired.
    """
    segments = _body_segments(data, node, bench)
    text = joined(segments)
    if not text:
        return {}
    if _is_json(segments):
        return {"type": "json", "text": text}
    data.part.changed(data.pointer, "is sent as it is, and not repaired where it is no JSON")
    return {"type": "text", "text": text, "content_type": "application/json"}


def _is_json(segments: list[Segment]) -> bool:
    """Tell whether this is JSON with values in it; a text outside of quotes may be half of it."""
    written = ""
    for segment in segments:
        if isinstance(segment, str):
            written += segment
        elif _ESCAPED.sub("", written).count('"') % 2 or segment.type in _ONE_VALUE:
            written += "0"
        else:
            return False
    return json_value(written, None) is not None


def _form(data: Place, node: SourceNode, bench: Bench) -> Data:
    if isinstance(data.value, str):
        return {
            name: bench.text(Place(value, data.pointer, data.part), node)
            for name, value in _lines(data)
        }
    fields: Data = {}
    for item in data.items():
        name = item.at("key").text()
        if not name:
            continue
        if item.at("type").text() == "file":
            fields[name] = bench.value(item.at("file"), node)
        else:
            fields[name] = bench.text(item.at("value"), node)
    return fields


def tool(node: SourceNode, bench: Bench) -> Converted:
    """Translate the call of a tool."""
    data = node.data
    name = tool_name(data, bench.installed.tools)
    arguments: Data = {}
    takes = bench.installed.tools.get(name)
    for section in ("tool_configurations", "tool_parameters"):
        for key, item in data.at(section).entries():
            kind, value, place = argument(item)
            if value in (None, ""):
                continue
            if takes is not None and key not in takes:
                node.part.left_out(item.pointer, f"the tool takes no argument {key!r:.60} here")
                continue
            found = bench.value(place, node) if kind == "variable" else bench.typed(place, node)
            if found is not None:
                arguments[key] = found
    if data.at("credential_id"):
        message = "credentials are not in the file; give the tool one"
        node.part.changed(data.at("credential_id").pointer, message)
    settings: Data = {"tool": name or "tool"}
    if arguments:
        settings["arguments"] = arguments
    return Converted("tool", settings)


def knowledge(node: SourceNode, bench: Bench) -> Converted:
    """Translate a search in datasets."""
    data = node.data
    query = bench.value(data.at("query_variable_selector"), node)
    if data.at("query_attachment_selector"):
        pointer = data.at("query_attachment_selector").pointer
        node.part.left_out(pointer, "searching by an image")
    return Converted(
        "knowledge-retrieval",
        {
            "query": query or "{{sys.query}}",
            "datasets": datasets(data.first_of("dataset_ids", "control_space_ids")),
            **retrieval(data.at("multiple_retrieval_config"), data.at("top_n")),
            **filtering(
                data,
                lambda place: bench.typed(place, node),
                providers=bench.installed.providers,
            ),
        },
    )


def datasets(place: Place) -> list[str]:
    """Return the datasets, by ids that mean nothing here yet."""
    found = [text[:200] for text in place.texts()][:50]
    pointer = place.pointer
    place.part.changed(pointer, "datasets are named by ids of the other side: choose yours")
    return list(dict.fromkeys(found)) or ["choose-a-dataset"]


def retrieval(config: Place, top_n: Place) -> Data:
    """Return how to search."""
    settings: Data = {}
    count = config.first_of("top_k") if config.at("top_k") else top_n
    if count:
        settings["top_k"] = count.whole(1, 100, 4)
    threshold = config.at("score_threshold")
    is_off = config.at("score_threshold_enabled").value is False
    if threshold and not is_off and (least := threshold.number()) and 0 < least <= 1:
        settings["score_threshold"] = least
    weights = config.at("weights").at("vector_setting").at("vector_weight")
    if config.at("reranking_mode").text() == "weighted_score" and weights:
        share = weights.number()
        if share is not None and 0 <= share <= 1:
            settings["vector_weight"] = share
    elif config.at("reranking_enable").flag() and config.at("reranking_model"):
        model = config.at("reranking_model")
        provider = model.first_of("provider", "reranking_provider_name").text().rpartition("/")[2]
        name = model.first_of("model", "reranking_model_name").text()
        settings["rerank_model"] = f"{provider}/{name}" if provider and name else "default"
        model.part.changed(model.pointer, f"reranks with `{settings['rerank_model']:.100}`")
    return settings
