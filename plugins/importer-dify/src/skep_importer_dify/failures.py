"""What happens when a node fails: retries, default values, another way on."""

from typing import Any, Final

from skep_importer_dify.meaning.outputs import open_output, outputs_of
from skep_importer_dify.source.graph import SourceNode
from skep_importer_dify.source.names import as_type, json_value

_RETRIED: Final = frozenset({"llm", "code", "http-request", "tool"})
_ALWAYS_PURE: Final = frozenset({"start", "end", "answer"})
MAX_ATTEMPTS: Final = 20

Data = dict[str, Any]


def handling(node: SourceNode) -> Data:
    """Return `retry`, `on_failure` and `defaults` of a node."""
    made: Data = {}
    retry = node.data.at("retry_config")
    is_on = isinstance(retry.value, dict) and retry.at("retry_enabled").flag()
    if is_on and retry.at("max_retries") and node.type in _RETRIED:
        made["retry"] = _retry(node)
    strategy = node.strategy
    if not strategy:
        return made
    if node.type in _ALWAYS_PURE:
        node.part.left_out(node.data.at("error_strategy").pointer, "nothing in it can fail")
    elif strategy == "fail-branch":
        made["on_failure"] = "edge"
    elif strategy == "default-value":
        made["on_failure"] = "defaults"
        if defaults := _defaults(node):
            made["defaults"] = defaults
    else:
        message = f"there is no way to fail like {strategy!r:.40}"
        node.part.left_out(node.data.at("error_strategy").pointer, message)
    return made


def _retry(node: SourceNode) -> Data:
    place = node.data.at("retry_config")
    retries = place.at("max_retries").whole(1, MAX_ATTEMPTS - 1, 3)
    interval = place.at("retry_interval").number() or 0
    delay_s = min(max(interval, 0) / 1000, 3600)
    node.part.changed(
        place.pointer, "only failures that can be over later are tried again, and not all"
    )
    return {"attempts": retries + 1, "delay_s": delay_s, "factor": 1}


def _defaults(node: SourceNode) -> Data:
    known = outputs_of(node)
    found: Data = {}
    for item in node.data.at("default_value").items():
        name = item.at("key").text()
        output = known.get(name) or open_output(node, name)
        if output is None or "." in output.path:
            node.part.left_out(item.pointer, f"there is no output {name!r:.60} to have a default")
            continue
        value = item.at("value").value
        if isinstance(value, str) and output.type in {"any", "object"}:
            value = json_value(value, value)
        value, fits = as_type(value, output.type)
        if not fits:
            node.part.left_out(item.pointer, f"a default that is not of the type {output.type}")
            continue
        found[output.path] = value
    return found
