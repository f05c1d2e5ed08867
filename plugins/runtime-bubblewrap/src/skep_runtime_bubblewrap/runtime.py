"""The runtime: finds out what holds, keeps fork-servers, gives every run a child of its own."""

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
from skep_runtime_bubblewrap import (
    cgroups,
    exchange,
    interpreter,
    outcome,
    outfits,
    prerequisites,
)
from skep_runtime_bubblewrap.environments import Environments
from skep_runtime_bubblewrap.fork_server import ForkServerGone
from skep_runtime_bubblewrap.fork_servers import ForkServers, Numbers
from skep_runtime_bubblewrap.outfits import JAVASCRIPT, PYTHON, Outfit
from skep_runtime_bubblewrap.sandbox_order import Plan
from skep_runtime_bubblewrap.seccomp import filters
from skep_runtime_bubblewrap.settings import Settings

NAME: Final = "bubblewrap"

_ATTEMPTS: Final = Path(__file__).parent / "programs" / "attempts.py"
_TRIAL_LIMITS: Final = RunLimits(memory_bytes=128 * 1024 * 1024, cpu_s=5.0, wall_s=10.0)
_LARGEST_LIMIT: Final = 1 << 62
_TRIES: Final = 3
"""Children for a run, when one is killed before it has seen any of it."""
_SCRIPT: Final = "function main({number}) { return {number: number + 1}; }"
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
    """Runs code, each run forked into namespaces of its own from a confined fork-server."""

    def __init__(self, settings: Settings, logger: logging.Logger) -> None:
        """Prepare; nothing is started before `start`."""
        self._settings = settings
        self._logger = logger
        self._plan: Plan | None = None
        self._servers: ForkServers | None = None
        self._environments = Environments(settings.environments)
        self._outfits: dict[str, Outfit] = {PYTHON: outfits.python()}
        self._refusal = "The sandbox runtime has not been started."

    async def start(self) -> RuntimeReport:
        """Find out by trying what isolation holds, and keep a fork-server ready if all does."""
        guarantees = await self._find_out()
        is_safe = all(g.holds or not g.required for g in guarantees)
        if is_safe:
            guarantees.append(await self._try_javascript())
        report = RuntimeReport(
            runtime=NAME,
            languages=tuple(self._outfits) if is_safe else (),
            environments=self._environments.built() if is_safe else (),
            guarantees=tuple(guarantees),
        )
        if report.usable:
            self._refusal = ""
        else:
            await self._stop_servers()
            missing = [g.detail for g in guarantees if g.required and not g.holds]
            self._refusal = f"Code cannot be run safely here, so it is not run. {' '.join(missing)}"
        return report

    async def run(self, request: CodeRequest) -> CodeResult:
        """Run code in a child of its own; see the protocol."""
        if self._refusal:
            raise Unavailable(self._refusal)
        try:
            outfit = self._outfit(request)
        except InvalidInput as error:
            return CodeResult(fault=CodeFault.UNSUPPORTED, message=error.detail)
        return await self._run(request, outfit)

    async def stop(self) -> None:
        """Kill every process; runs in flight raise Unavailable."""
        self._refusal = "The sandbox runtime has been stopped."
        await self._stop_servers()
        if self._plan is not None and self._plan.group is not None:
            await asyncio.to_thread(self._plan.group.remove)
            self._plan = None

    def _outfit(self, request: CodeRequest) -> Outfit:
        """Return what a request needs to run in.

        Raises:
            InvalidInput: There is no such language or environment; the detail says what to do.
        """
        outfit = self._outfits.get(request.language)
        if outfit is None:
            known = " and ".join(self._outfits)
            raise InvalidInput(f"This sandbox runs {known}, not {request.language}.")
        if request.environment is None:
            return outfit
        if request.language != PYTHON:
            raise InvalidInput(
                f"Package environments are for {PYTHON}; {request.language} has none. "
                f"Take out environment: {request.environment}."
            )
        assert self._plan is not None  # noqa: S101  # nothing is refused, so it was started
        return self._environments.outfit(request.environment, self._plan.interpreter.version)

    async def _run(self, request: CodeRequest, outfit: Outfit) -> CodeResult:
        limits = request.limits
        _check(limits)
        try:
            body = _encode(request)
        except TooLarge as error:
            return CodeResult(fault=CodeFault.INPUT_TOO_LARGE, message=error.detail)
        for _ in range(_TRIES):
            result = await self._try(outfit, body, limits)
            if result is not None:
                return result
        raise Unavailable(
            "The processes of the sandbox are killed before they have begun.", retry_after_s=1.0
        )

    async def _try(self, outfit: Outfit, body: bytes, limits: RunLimits) -> CodeResult | None:
        """Run in one child; None when that was killed before it had seen any of the code.

        As the system kills when memory is short: whatever it finds, a child that waits too.
        """
        if self._servers is None:
            raise Unavailable(self._refusal)
        try:
            async with self._servers.lend(outfit) as server:
                child = server.take(limits)
                try:
                    traffic = await exchange.converse(server, child, body, limits)
                finally:
                    server.release(child)
        except ForkServerGone as gone:
            if not gone.has_begun:
                return None
            raise Unavailable(
                self._refusal or "The sandbox ended while the code ran; it is started anew.",
                retry_after_s=1.0,
            ) from None
        if outcome.was_killed_unread(traffic):
            return None
        return outcome.conclude(traffic, limits)

    def _numbers(self) -> Numbers:
        settings = self._settings
        return Numbers(spares=settings.spares, servers=settings.servers, idle_s=settings.idle_s)

    def _bounds(self) -> cgroups.Bounds:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cgroups.Bounds(
            memory_bytes=self._settings.total_memory_bytes or physical * 3 // 4,
            processes=self._settings.total_processes,
        )

    async def _stop_servers(self) -> None:
        servers, self._servers = self._servers, None
        if servers is not None:
            await servers.stop()

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
        self._plan = Plan(
            bubblewrap=bubblewrap,
            interpreter=python,
            filters=filters.programs(),
            uid=self._settings.uid,
            group=group,
        )
        self._servers = ForkServers(
            self._plan, outfits.python(), numbers=self._numbers(), logger=self._logger
        )
        try:
            async with self._servers.lend(outfits.python()):
                pass
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
            language=PYTHON,
            code=_ATTEMPTS.read_text(encoding="utf-8"),
            inputs={"memory_bytes": _TRIAL_LIMITS.memory_bytes},
            limits=_TRIAL_LIMITS,
        )
        endless = CodeRequest(
            language=PYTHON,
            code=_ENDLESS,
            inputs={},
            limits=msgspec.structs.replace(_TRIAL_LIMITS, wall_s=0.1),
        )
        try:
            tried = await self._run(attempts, outfits.python())
            found: dict[str, Any] = dict(tried.result or {})
            timed = await self._run(endless, outfits.python())
        except SkepError as error:
            return [_missing("confinement", error.detail)]
        found["time"] = {"holds": timed.fault is CodeFault.TIMED_OUT, "detail": timed.message}
        return [_judge(name, found.get(name), tried.message or "not tried") for name in _MEANINGS]

    async def _try_javascript(self) -> Guarantee:
        """Offer JavaScript if its engine is there and works."""
        name, outfit = JAVASCRIPT, outfits.javascript()
        missing = "its engine is not installed; install the package quickjs-ng"
        if outfit is not None:
            trial = CodeRequest(
                language=name, code=_SCRIPT, inputs={"number": 1}, limits=_TRIAL_LIMITS
            )
            try:
                result = await self._run(trial, outfit)
            except SkepError as error:
                missing = error.detail
            else:
                if result.result == {"number": 2}:
                    self._outfits[name] = outfit
                    detail = "QuickJS, in the same confinement and without files"
                    return Guarantee(name=name, holds=True, detail=detail, required=False)
                missing = result.message or "a trial gave another result"
        detail = f"JavaScript cannot be run: {missing}"
        return Guarantee(name=name, holds=False, detail=detail, required=False)


def _judge(name: str, finding: Any, otherwise: str) -> Guarantee:
    if isinstance(finding, dict) and finding.get("holds") is True:
        return Guarantee(name=name, holds=True, detail=_MEANINGS[name])
    detail = finding.get("detail", otherwise) if isinstance(finding, dict) else otherwise
    return _missing(name, f"Not assured: {_MEANINGS[name]} ({detail}).")


def _missing(name: str, detail: str) -> Guarantee:
    return Guarantee(name=name, holds=False, detail=detail)


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
