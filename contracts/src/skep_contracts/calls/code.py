"""Untrusted code, run by the sandbox."""

from typing import ClassVar

from skep_contracts.envelope import Call, Reply
from skep_contracts.plugins.runtimes import CodeRequest, CodeResult, RuntimeReport


class RunCode(Call, frozen=True, kw_only=True, tag="code.run.v1"):
    """Run code once, within limits; `Unavailable` when isolation is missing or all is busy."""

    owner: ClassVar[str] = "sandbox"
    imperative: ClassVar[str] = "run_code"

    request: CodeRequest
    key: str | None = None
    """A name of the caller's choice, by which it can stop this very run."""


class RunCodeReply(Reply, frozen=True, kw_only=True):
    """What the code gave; a fault of the code is a result too."""

    result: CodeResult


class StopCodeHere(Call, frozen=True, kw_only=True, tag="code.stop_here.v1"):
    """Stop a run of code that nobody waits for any more, asked of every sandbox at once.

    Only the one that has it answers. The run's own caller hears that it is gone.
    """

    owner: ClassVar[str] = "sandbox"
    imperative: ClassVar[str] = "stop_code_here"

    key: str


class StopCodeHereReply(Reply, frozen=True, kw_only=True):
    """The run has ended, killed or by itself."""


class DescribeSandbox(Call, frozen=True, kw_only=True, tag="sandbox.describe.v1"):
    """Ask what isolation holds and how much capacity is free."""

    owner: ClassVar[str] = "sandbox"
    imperative: ClassVar[str] = "describe_sandbox"


class DescribeSandboxReply(Reply, frozen=True, kw_only=True):
    """`reports`: one per installed runtime; `active` runs the code, None when none may."""

    active: str | None
    reports: tuple[RuntimeReport, ...]
    running: int
    capacity: int
