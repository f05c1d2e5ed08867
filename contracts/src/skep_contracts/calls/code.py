"""Untrusted code, run by the sandbox."""

from typing import ClassVar

from skep_contracts.envelope import Call, Reply
from skep_contracts.plugins.runtimes import CodeRequest, CodeResult, RuntimeReport


class RunCode(Call, frozen=True, kw_only=True, tag="code.run.v1"):
    """Run code once, within limits; `Unavailable` when isolation is missing or all is busy."""

    owner: ClassVar[str] = "sandbox"
    imperative: ClassVar[str] = "run_code"

    request: CodeRequest


class RunCodeReply(Reply, frozen=True, kw_only=True):
    """What the code gave; a fault of the code is a result too."""

    result: CodeResult


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
