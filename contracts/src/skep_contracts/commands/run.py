"""Orders about runs, to the orchestrator."""

from typing import Any, ClassVar, Literal

import msgspec

from skep_contracts.envelope import Command
from skep_contracts.ids import AppId, ConversationId, EndUserId, RunId, VersionHash
from skep_contracts.values import FileRef


class RunCaller(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who started a run, and through what."""

    via: Literal[
        "api", "console", "cli", "service_api", "openai", "mcp", "site", "trigger", "run"
    ] = "api"
    key_id: str | None = None
    member_id: str | None = None
    end_user: EndUserId | None = None


class RunOrigin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run whose record serves another: its effects are not repeated where nothing changed."""

    run_id: RunId
    kind: Literal["fork", "replay"] = "fork"
    live: tuple[str, ...] = ()
    """Places or node ids that run again whatever the record has."""
    changed: Literal["live", "stub"] = "live"
    """An effect that the record does not have like this is run (``live``), or is given what the
    record has for its place (``stub``); it fails when there is nothing."""


class RunParent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The node of another run that started this one and waits for its end."""

    run_id: RunId
    place: str
    depth: int = 1
    """How many runs stand above."""


class StartRun(Command, frozen=True, kw_only=True, tag="run.start.v1"):
    """Run a published or draft document.

    The run id is also the message id, so that a repeat is dropped.
    """

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "start_run"

    run_id: RunId
    app_id: AppId
    version: VersionHash
    """The document is the tenant's blob of this hash, canonical JSON."""
    inputs: dict[str, Any]
    query: str | None = None
    """The user's message, in chat apps."""
    files: tuple[FileRef, ...] = ()
    """Files sent with the message: ``{{sys.files}}``."""
    conversation_id: ConversationId | None = None
    is_draft: bool = False
    caller: RunCaller = RunCaller()
    origin: RunOrigin | None = None
    only: str | None = None
    """Run this node alone; what it refers to is in `pins`."""
    pins: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    """Outputs by place of nodes that are not to run."""
    parent: RunParent | None = None


class ResumeRun(Command, frozen=True, kw_only=True, tag="run.resume.v1"):
    """Tell a run what came of a wait. The first answer to a wait counts; others change nothing."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "resume_run"

    run_id: RunId
    place: str
    """Where the node stands that waits, or will; empty for a run that `PauseRun` paused."""
    answer: dict[str, Any] = msgspec.field(default_factory=dict)
    by: str | None = None


class PauseRun(Command, frozen=True, kw_only=True, tag="run.pause.v1"):
    """Begin no node any more and pause the run once what is under way has ended.

    It goes on when `ResumeRun` comes for the place ``""``. Nothing happens when it is paused or has
    ended.
    """

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "pause_run"

    run_id: RunId
    reason: str = ""
    by: str | None = None


class CancelRun(Command, frozen=True, kw_only=True, tag="run.cancel.v1"):
    """Stop a run; nothing happens when it has ended."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "cancel_run"

    run_id: RunId
    reason: str = "cancelled by request"
    by: str | None = None
