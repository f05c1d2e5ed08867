"""The ways out of a node: handles over there, ports here."""

import re
from typing import Final

from skep_importer_dify.source.graph import SourceNode, unused
from skep_importer_dify.source.places import Place

OUT: Final = "out"
FAILED: Final = "failed"
ELSE: Final = "else"
TIMEOUT: Final = "timeout"
_PORT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_TAKEN: Final = frozenset({FAILED, ELSE, TIMEOUT, OUT})


def port_names(ids: list[str]) -> dict[str, str]:
    """Return a port for each id: itself where it can be one, and none of those with a meaning."""
    ports: dict[str, str] = {}
    taken = set(_TAKEN)
    for given in ids:
        if given in ports:
            continue
        name = given if _PORT.match(given) else re.sub(r"[^A-Za-z0-9_-]+", "_", given)[:48]
        ports[given] = unused(name or "case", taken)
        taken.add(ports[given])
    return ports


def cases_of(node: SourceNode) -> list[tuple[str, Place]]:
    """Return the cases of an if-else by id; an old file has one, without saying so."""
    cases = list(node.data.at("cases").items())
    if not cases and node.data.at("conditions"):
        return [("true", node.data)]
    return [(case.first_of("case_id", "id").text() or str(index), case)
            for index, case in enumerate(cases)]  # fmt: skip


def ports_of(node: SourceNode) -> dict[str, str]:
    """Return the ports of a node by handle, those of failure among them."""
    match node.type:
        case "if-else":
            ids = [case_id for case_id, _ in cases_of(node) if case_id != "false"]
            ports = {**port_names(ids), "false": ELSE}
        case "question-classifier":
            ports = port_names([item.at("id").text() for item in node.data.at("classes").items()])
        case "human-input":
            actions = node.data.at("user_actions").items()
            ports = {**port_names([item.at("id").text() for item in actions]), "__timeout": TIMEOUT}
        case "end" | "loop-end":
            ports = {}
        case _:
            ports = {"source": OUT, "success-branch": OUT}
    if node.strategy == "fail-branch":
        ports["fail-branch"] = FAILED
    return ports
