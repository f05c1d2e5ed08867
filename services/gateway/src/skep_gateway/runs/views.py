"""Shapes of requests and answers about runs."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field

from skep_contracts.calls.run import NodeTrace, RunStatus
from skep_contracts.commands.run import StartRun
from skep_contracts.problems import Problem
from skep_gateway.web.shapes import Line, View

FileId = Annotated[str, Field(max_length=64)]
KnownStatus = Literal["queued", "running", "paused", "succeeded", "failed", "cancelled"]


class RunRequest(View):
    """Starts a run of an app."""

    app: Annotated[str, Field(min_length=1, max_length=200)]
    """Its id or name."""
    inputs: Annotated[dict[str, Any], Field(default_factory=dict)]
    """The fields of its start form. A file is ``{"$file": {"id": "file_…"}}``."""
    query: Annotated[str, Field(min_length=1, max_length=100_000)] | None = None
    """The user's message; chat apps need one, others take none."""
    files: Annotated[list[FileId], Field(max_length=50, default_factory=list)]
    """Files sent with the message."""
    conversation_id: Annotated[str, Field(max_length=64)] | None = None
    """Continues a conversation; a chat run without one begins a new one."""
    version: Annotated[str, Field(max_length=64)] = "published"
    """``published``, ``draft``, or the hash or number of a version."""
    respond: Literal["wait", "stream", "accepted"] = "wait"
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 300.0
    """Of ``wait``: after this long the answer is 202 and the run goes on."""
    end_user: Annotated[Line, Field(max_length=128)] | None = None
    """Whom the run is for, in the caller's own words."""


class CancellationRequest(View):
    """Stops a run. All of it can be left out."""

    reason: Annotated[str, Field(max_length=500)] = "cancelled by request"


class AcceptedRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that waits for a worker, or has been begun."""

    id: str
    status: RunStatus
    app_id: str
    version: str
    conversation_id: str | None = None


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """A run and what came of it. Present fields are those that are known."""

    id: str
    app_id: str
    version: str
    status: RunStatus
    started_at: datetime | None
    ended_at: datetime | None
    elapsed_s: float | None
    outputs: dict[str, Any]
    answer: str | None
    problem: Problem | None
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    conversation_id: str | None
    is_draft: bool
    waits: dict[str, Any]
    """What it waits for, by place; ``GET …/waits`` has the addresses to answer at."""


class RunDetail(RunResult, frozen=True, kw_only=True):
    """A run with everything its log says."""

    inputs: dict[str, Any]
    nodes: tuple[NodeTrace, ...]
    """Of the top level; those inside containers are listed apart."""
    nodes_done: int
    repeated_effects: int
    via: str
    end_user: str | None
    last_event: int
    """Number of the last event in the log."""
    query: str | None
    """The user's message, in chat apps."""
    reused_effects: int
    """Nodes whose result came from the record of another run."""
    origin_run_id: str | None
    """The run whose record served this one: it is a fork or a replay of that."""
    parent_run_id: str | None
    """The run that started this one and waits for it."""


class CancellationView(msgspec.Struct, frozen=True, kw_only=True):
    """A cancellation was noted; nothing happens when the run has ended."""

    run_id: str
    status: Literal["accepted"] = "accepted"


def accepted(command: StartRun) -> AcceptedRun:
    """Return what is known of a run that no worker has begun."""
    return AcceptedRun(
        id=command.run_id,
        status=RunStatus.QUEUED,
        app_id=command.app_id,
        version=command.version,
        conversation_id=command.conversation_id,
    )
