"""Questions about what runs wait for, answered by the orchestrator."""

from typing import Any, ClassVar

import msgspec

from skep_contracts.calls.run import RunStatus
from skep_contracts.envelope import Call, Instant, Reply


class OpenWait(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that a run waits for."""

    place: str
    number: int
    """Of the event that began it; tells one wait at a place from the next."""
    since: Instant
    wait: dict[str, Any]
    """A `NodeWait` as an object."""


class ListRunWaits(Call, frozen=True, kw_only=True, tag="run.list_waits.v1"):
    """List what a run waits for, also while other branches of it go on."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "list_run_waits"

    run_id: str


class ListRunWaitsReply(Reply, frozen=True, kw_only=True):
    """What it waits for, in the order in which the waits began. Empty once it has ended."""

    app_id: str
    status: RunStatus
    waits: tuple[OpenWait, ...]


class PauseRunHere(Call, frozen=True, kw_only=True, tag="run.pause_here.v1"):
    """Pause a run, asked of every orchestrator at once; only the one that holds it answers."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "pause_run_here"

    run_id: str
    reason: str = ""
    by: str | None = None


class PauseRunHereReply(Reply, frozen=True, kw_only=True):
    """Nothing begins any more; the run will be paused unless it ends first."""
