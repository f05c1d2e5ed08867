"""Shapes of requests about runs that descend from others, and of single nodes."""

from typing import Annotated, Any, Literal

import msgspec
from pydantic import BeforeValidator, Field

from skep_gateway.runs.answer_order import Respond, TimeoutSeconds
from skep_gateway.web.shapes import Line, View

Place = Annotated[str, Field(min_length=1, max_length=1000)]
Values = Annotated[dict[str, dict[str, Any]], Field(default_factory=dict, max_length=5000)]
Query = Annotated[str, Field(min_length=1, max_length=100_000)]
Places = Annotated[
    list[Place],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(default_factory=list, max_length=1000, json_schema_extra={"examples": ["ask"]}),
]
"""Node ids, or places such as ``each:3/ask``; a single one may stand without the list."""


class OrderedRun(View):
    """What all requests have that order a run."""

    respond: Respond = "wait"
    timeout_s: TimeoutSeconds = 300.0
    """Of ``wait``: after this long the answer is 202 and the run goes on."""
    end_user: Annotated[Line, Field(max_length=128)] | None = None
    """Whom the run is for, in the caller's own words."""


class ForkRequest(OrderedRun):
    """Runs a run again with changes; what nothing has changed about comes from its record."""

    at: Places
    """Nodes, rounds or containers that run again whatever the record has."""
    inputs: Annotated[dict[str, Any], Field(default_factory=dict)]
    """Replace inputs of the same name; the others stay what they were."""
    query: Query | None = None
    """Of chats: another message instead of the recorded one."""
    pins: Values
    """Outputs by place: these nodes are not run, and this is taken as their result."""
    version: Annotated[str, Field(max_length=64)] | None = None
    """``draft``, ``published``, or the hash or number of a version; the run's own if left out."""


class ReplayRequest(OrderedRun):
    """Runs another version on what was recorded of a run."""

    version: Annotated[str, Field(max_length=64)] = "draft"
    """As for forks."""
    changed: Literal["live", "stub"] = "live"
    """Effects that the record does not have like this: carry them out, or take what it has for
    their place."""
    live: Places
    """Nodes, rounds or containers that run again in either case."""


class NodeRunRequest(OrderedRun):
    """Runs one node alone."""

    node: Annotated[str, Field(min_length=1, max_length=64)]
    values: Values
    """Outputs by node: what the node refers to."""
    inputs: Annotated[dict[str, Any], Field(default_factory=dict)]
    """The run's inputs, for a node that starts an app."""
    query: Query | None = None
    """The user's message, ``{{sys.query}}``."""
    version: Annotated[str, Field(max_length=64)] = "draft"
    """As for forks."""


class RunDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a run runs."""

    app_id: str
    version: str
    is_draft: bool
    document: dict[str, Any]
