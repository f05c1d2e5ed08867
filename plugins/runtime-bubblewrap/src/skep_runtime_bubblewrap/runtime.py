"""The runtime: finds out what holds, keeps a fork-server, gives every run a child of its own."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Any, Final

import msgspec

from skep_contracts.plugins.runtimes import (
    CodeFault,
    CodeRequest,
    CodeResult,
    Guarantee,
    RunLimits,
    RuntimeReport,
)
from skep_contracts.problems import InvalidInput, SkepError, TooLarge, Unavailable
from skep_contracts.values import check_value
from skep_runtime_bubblewrap import cgroups, exchange, interpreter, outcome, prerequisites
from skep_runtime_bubblewrap.fork_server import ForkServer, ForkServerGone
from skep_runtime_bubblewrap.sandbox_order import Plan
from skep_runtime_bubblewrap.seccomp import filters
from skep_runtime_bubblewrap.settings import Settings

NAME: Final = "bubblewrap"
LANGUAGE: Final = "python"

_ATTEMPTS: Final = Path(__file__).parent / "programs" / "attempts.py"
_TRIAL_LIMITS: Final = RunLimits(memory_bytes=128 * 1024 * 1024, cpu_s=5.0, wall_s=10.0)
_LARGEST_LIMIT: Final = 1 << 62
_ENDLESS: Final = "def main():\n    while True:\n        pass\n"
_MEANINGS: Final = {
    "filesystem": "a read-only root with the interpreter and nothing of the host; a private /tmp",
    "network": "an empty network namespace, and no sockets",
    "processes": "a process namespace for every run; threads only",
    "seccomp": "two allow-lists of system calls, the narrower one before code is read",
    "privileges": "an unprivileged user without capabilities",
    "environment": "no variables, no inherited descriptors",
    "memory": "a limit of address space for every run",
    "time": "a limit of wall and processor time for every run",
}


class BubblewrapRuntime:
    """Runs Python, each run forked into namespaces of its own from a confined fork-server."""

    def __init__(self, settings: Settings, logger: logging.Logger) -> None:
        """Prepare; nothing is started before `start`."""
        self._settings = settings
        self._logger = logger
        self._plan: Plan | None = None
        self._server: ForkServer | None = None
        self._starting = asyncio.Lock()
        self._refusal = "The sandbox runtime has not been started."

    async def start(self) -> RuntimeReport:
        """Find out by trying what isolation holds, and keep a fork-server ready if all does."""
        guarantees = await self._find_out()
        report = RuntimeReport(
            runtime=NAME,
            languages=(LANGUAGE,) if all(g.holds or not g.required for g in guarantees) else (),
            environments=(),
            guarantees=tuple(guarantees),
        )
        if report.usable:
            self._refusal = ""
        else:
            await self._stop_server()
            missing = [g.detail for g in guarantees if g.required and not g.holds]
            self._refusal = f"Code cannot be run safely here, so it is not run. {' '.join(missing)}"
        return report

    async def run(self, request: CodeRequest) -> CodeResult:
        """Run code in a child of its own; see the protocol."""
        if self._refusal:
            raise Unavailable(self._refusal)
        if request.language != LANGUAGE:
            return _fault(
                CodeFault.UNSUPPORTED, f"This sandbox runs {LANGUAGE}, not {request.language}."
            )
        if request.environment is not None:
            return _fault(
                CodeFault.UNSUPPORTED, f"There is no package environment {request.environment}."
            )
        return await self._run(request)

    async def stop(self) -> None:
        """Kill every process; runs in flight raise Unavailable."""
        self._refusal = "The sandbox runtime has been stopped."
        await self._stop_server()
        if self._plan is not None and self._plan.group is not None:
            await asyncio.to_thread(self._plan.group.remove)
            self._plan = None

    async def _run(self, request: CodeRequest) -> CodeResult:
        limits = request.limits
        _check(limits)
        try:
            body = _encode(request)
        except TooLarge as error:
            return _fault(CodeFault.INPUT_TOO_LARGE, error.detail)
        try:
            server = await self._running_server()
            child = server.take(limits)
            try:
                traffic = await exchange.converse(server, child, body, limits)
            finally:
                server.release(child)
        except ForkServerGone:
            raise Unavailable(
                self._refusal or "The sandbox ended while the code ran; it is started anew.",
                retry_after_s=1.0,
            ) from None
        return outcome.conclude(traffic, limits)

    async def _running_server(self) -> ForkServer:
        """Return the fork-server, a new one when the last has ended."""
        if self._server is not None and self._server.is_alive:
            return self._server
        async with self._starting:
            if self._server is not None and self._server.is_alive:
                return self._server
            if self._plan is None:
                raise Unavailable(self._refusal)
            await self._stop_server()
            server = ForkServer(self._plan, spares=self._settings.spares, logger=self._logger)
            await server.start()
            self._server = server
            return server

    def _bounds(self) -> cgroups.Bounds:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cgroups.Bounds(
            memory_bytes=self._settings.total_memory_bytes or physical * 3 // 4,
            processes=self._settings.total_processes,
        )

    async def _stop_server(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            await server.stop()

    async def _find_out(self) -> list[Guarantee]:
        platform = prerequisites.platform_guarantee()
        bubblewrap, found = await prerequisites.find_bubblewrap(self._settings.bubblewrap)
        if not platform.holds or bubblewrap is None:
            return [platform, found]
        try:
            python = await interpreter.find(self._settings.python)
        except Unavailable as error:
            return [platform, found, _missing("interpreter", error.detail)]
        group, grouped = cgroups.make(self._bounds())
        outer, final = filters.programs()
        self._plan = Plan(
            bubblewrap=bubblewrap,
            interpreter=python,
            outer_filter=outer,
            final_filter=final,
            uid=self._settings.uid,
            group=group,
        )
        try:
            await self._running_server()
        except Unavailable as error:
            return [platform, found, _missing("namespaces", prerequisites.explain(error.detail))]
        version = ".".join(map(str, python.version))
        return [
            platform,
            found,
            Guarantee(name="interpreter", holds=True, detail=f"Python {version}"),
            *await self._try_everything(),
            grouped,
        ]

    async def _try_everything(self) -> list[Guarantee]:
        """Run code that tries to get out, and code that never ends."""
        attempts = CodeRequest(
            language=LANGUAGE,
            code=_ATTEMPTS.read_text(encoding="utf-8"),
            inputs={"memory_bytes": _TRIAL_LIMITS.memory_bytes},
            limits=_TRIAL_LIMITS,
        )
        endless = CodeRequest(
            language=LANGUAGE,
            code=_ENDLESS,
            inputs={},
            limits=msgspec.structs.replace(_TRIAL_LIMITS, wall_s=0.1),
        )
        try:
            tried = await self._run(attempts)
            found: dict[str, Any] = dict(tried.result or {})
            timed = await self._run(endless)
        except SkepError as error:
            return [_missing("confinement", error.detail)]
        found["time"] = {"holds": timed.fault is CodeFault.TIMED_OUT, "detail": timed.message}
        return [_judge(name, found.get(name), tried.message or "not tried") for name in _MEANINGS]


def _judge(name: str, finding: Any, otherwise: str) -> Guarantee:
    if isinstance(finding, dict) and finding.get("holds") is True:
        return Guarantee(name=name, holds=True, detail=_MEANINGS[name])
    detail = finding.get("detail", otherwise) if isinstance(finding, dict) else otherwise
    return _missing(name, f"Not assured: {_MEANINGS[name]} ({detail}).")


def _missing(name: str, detail: str) -> Guarantee:
    return Guarantee(name=name, holds=False, detail=detail)


def _fault(fault: CodeFault, message: str) -> CodeResult:
    return CodeResult(fault=fault, message=message)


def _check(limits: RunLimits) -> None:
    for name, value in msgspec.structs.asdict(limits).items():
        if not 0 < value < _LARGEST_LIMIT:
            raise InvalidInput(f"The limit {name} must be above 0 and below {_LARGEST_LIMIT:g}.")


def _encode(request: CodeRequest) -> bytes:
    """Return the request as the child reads it.

    Raises:
        InvalidInput: Code or inputs hold something that JSON or Unicode does not.
        TooLarge: Together they exceed the limit.
    """
    most = request.limits.input_bytes
    check_value(request.inputs, pointer="/inputs", max_bytes=most)
    try:
        body = msgspec.json.encode({"code": request.code, "inputs": request.inputs})
    except UnicodeEncodeError as error:
        raise InvalidInput("The code contains half of a surrogate pair.") from error
    if len(body) > most:
        raise TooLarge(f"Code and inputs take {len(body):,} bytes; the limit is {most:,}.")
    return body
