"""Extension point: a sandbox runtime, which runs untrusted code with limits."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec


class RunLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of untrusted code may use at the most."""

    wall_s: float = 10.0
    cpu_s: float = 10.0
    memory_bytes: int = 256 * 1024 * 1024
    processes: int = 16
    output_bytes: int = 1024 * 1024
    """The result, encoded as JSON."""
    log_bytes: int = 64 * 1024
    """Standard output and standard error, each; the rest is cut and marked."""
    input_bytes: int = 4 * 1024 * 1024
    disk_bytes: int = 64 * 1024 * 1024
    open_files: int = 64


class CodeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Code that defines ``main`` and what to call it with.

    In Python ``main(**inputs)`` returns a dict. In JavaScript ``main({...})`` takes the inputs as
    one object and returns an object, or a promise of one.
    """

    language: str
    """``python`` or ``javascript``; a runtime says which it knows."""
    code: str
    inputs: dict[str, Any]
    limits: RunLimits = RunLimits()
    environment: str | None = None
    """Name of an operator-defined package environment; None for the bare standard library."""
    tenant: str = "_"


class CodeFault(StrEnum):
    """Why a run gave no result."""

    SYNTAX = "syntax"
    EXCEPTION = "exception"
    NO_MAIN = "no_main"
    BAD_RESULT = "bad_result"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MUCH_OUTPUT = "too_much_output"
    INPUT_TOO_LARGE = "input_too_large"
    KILLED = "killed"
    UNSUPPORTED = "unsupported"


class CodeResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a run gave: either `result` or `fault` with its message, and always what it printed."""

    result: dict[str, Any] | None = None
    fault: CodeFault | None = None
    message: str = ""
    """For the author of the code: exception type and text, with line numbers of their code."""
    line: int | None = None
    stdout: str = ""
    stderr: str = ""
    elapsed_s: float = 0.0
    cpu_s: float = 0.0
    peak_memory_bytes: int = 0


class Guarantee(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that isolation should ensure, and whether this machine does."""

    name: str
    """Such as ``network``, ``filesystem``, ``seccomp``, ``memory``, ``processes``."""
    holds: bool
    detail: str
    required: bool = True
    """The runtime refuses to run code when a required guarantee does not hold."""


class RuntimeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a runtime enforces here, found by trying."""

    runtime: str
    languages: tuple[str, ...]
    environments: tuple[str, ...]
    guarantees: tuple[Guarantee, ...]

    @property
    def usable(self) -> bool:
        """Whether every required guarantee holds."""
        return bool(self.languages) and all(g.holds or not g.required for g in self.guarantees)


class SandboxRuntime(Protocol):
    """Runs untrusted code, each run in a fresh process tree of its own, used once."""

    async def start(self) -> RuntimeReport:
        """Prepare workers and find out what isolation holds; called once, before `run`."""
        ...

    async def run(self, request: CodeRequest) -> CodeResult:
        """Run code to its end or its limits.

        A fault of the code is a result, not an error. When the caller is cancelled, the process
        tree is killed before the cancellation goes on.

        Raises:
            Unavailable: Isolation is missing or the runtime is stopped; code never runs unconfined.
        """
        ...

    async def stop(self) -> None:
        """Kill every process and remove every temporary file."""
        ...


class ImageOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator wants of an image that a runtime starts from."""

    base: str | None = None
    """An image that has an interpreter, from a registry or local; None: the runtime's choice."""


class RuntimeDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A sandbox runtime that a plugin offers."""

    name: str
    title: str
    priority: int
    """Among usable runtimes the highest is taken unless the operator names one."""
    factory: Callable[[PluginContext], SandboxRuntime]
    build_image: Callable[[PluginContext, ImageOrder], Iterator[str]] | None = None
    """Build what the runtime starts from and yield what there is to tell; None: it needs no image.
    Blocks, and raises a `SkepError` that says what to do."""


class RuntimeHooks:
    """Hooks of the group ``skep.runtimes``."""

    @hookspec
    def skep_runtimes(self) -> list[RuntimeDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the sandbox runtimes this plugin offers. Synchronous and cheap."""
