"""How runs went over time: how many, how they ended, how long they took, what they used."""

from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from skep_contracts.envelope import Call, Instant, Reply

Bucket: TypeAlias = Literal["hour", "day"]
UtcOffset: TypeAlias = Annotated[int, msgspec.Meta(ge=-14 * 60, le=14 * 60)]
"""Minutes that the reader's clock is ahead of UTC: where days begin."""


class RunFiguresOver(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over runs that began in one span of time, or of one app."""

    runs: int
    succeeded: int
    failed: int
    cancelled: int
    paused: int
    active: int
    """Queued or running now."""
    p50_s: float | None
    """Half of the runs that succeeded or failed took no longer; pauses excluded."""
    p95_s: float | None
    """Nearest rank: the time of a run that there was."""
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    """Null when no price in it is known."""
    end_users: int
    """Different ones that the callers named."""


class RunBucket(RunFiguresOver, frozen=True, kw_only=True):
    """Runs that began in the hour or day from `at` on."""

    at: Instant


class AppFigures(RunFiguresOver, frozen=True, kw_only=True):
    """Runs of one app."""

    app_id: str


class ProblemCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many runs failed with a problem of this code. `last_run_id`: the latest of them."""

    code: str
    runs: int
    last_run_id: str


class ReadStatistics(Call, frozen=True, kw_only=True, tag="statistics.read.v1"):
    """Sum runs by hour or day."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "read_statistics"

    since: Instant
    """Begun at this moment or later."""
    until: Instant
    """Begun before this moment."""
    app_id: str | None = None
    bucket: Bucket = "hour"
    utc_offset: UtcOffset = 0
    with_drafts: bool = True
    """Whether runs of drafts count, too."""


class ReadStatisticsReply(Reply, frozen=True, kw_only=True):
    """Buckets without a run are left out.

    `apps` and `problems`: those with the most runs, at most 50 and 10. `counted_since`: of more
    runs than are counted at once only the latest are, from this moment on; null when all are.
    """

    total: RunFiguresOver
    buckets: tuple[RunBucket, ...]
    apps: tuple[AppFigures, ...]
    problems: tuple[ProblemCount, ...]
    counted_since: Instant | None = None
