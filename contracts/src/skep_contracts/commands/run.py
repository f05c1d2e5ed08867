"""Orders about runs, to the orchestrator."""

from typing import Any, ClassVar, Literal

import msgspec

from skep_contracts.envelope import Command
from skep_contracts.ids import AppId, ConversationId, EndUserId, RunId, VersionHash
from skep_contracts.values import FileRef


class RunCaller(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who started a run, and through what."""

    via: Literal["api", "console", "cli", "service_api", "openai", "mcp", "trigger", "run"] = "api"
    key_id: str | None = None
    member_id: str | None = None
    end_user: EndUserId | None = None


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


class CancelRun(Command, frozen=True, kw_only=True, tag="run.cancel.v1"):
    """Stop a run; nothing happens when it has ended."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "cancel_run"

    run_id: RunId
    reason: str = "cancelled by request"
    by: str | None = None
