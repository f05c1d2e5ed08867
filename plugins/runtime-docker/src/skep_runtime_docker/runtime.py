"""The runtime: finds out what holds, keeps spares, gives every run a container of its own."""

import asyncio
import logging
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
from skep_runtime_docker import image, outcome
from skep_runtime_docker.containers import Container, Plan, Shape
from skep_runtime_docker.engine import Calls, Engine
from skep_runtime_docker.ownership import Owner
from skep_runtime_docker.pool import Pool
from skep_runtime_docker.settings import Settings
from skep_runtime_docker.stream import LostContact, Run, Traffic

NAME: Final = "docker"
PYTHON: Final = "python"
JAVASCRIPT: Final = "javascript"

_ATTEMPTS: Final = Path(__file__).parent / "programs" / "attempts.py"
_TRIAL_MEMORY_BYTES: Final = RunLimits().memory_bytes
_LARGEST_LIMIT: Final = 1 << 62
_TRIES: Final = 3
"""Containers for a run, when one ends before it has seen any of it."""
_SCRIPT: Final = "function main({number}) { return {number: number + 1}; }"
_ENDLESS: Final = "def main():\n    while True:\n        pass\n"
_MEANINGS: Final = {
    "filesystem": "a read-only root with the interpreter and nothing of the host; a private /tmp",
    "network": "a container without a network, and no sockets",
    "processes": "a container for every run; threads only",
    "seccomp": "an allow-list of system calls, and a narrower one before code is read",
    "privileges": "an unprivileged user of the container's own, without capabilities",
    "environment": "no variables, no inherited descriptors",
    "memory": "a limit of address space for every run",
    "time": "a limit of wall and processor time for every run",
    "kernel_files": "/proc and /sys are out of reach (Landlock)",
}
_OPTIONAL: Final = {"kernel_files"}


class DockerRuntime:
    """Runs Python, each run in a container that was started for it and is removed after it."""

    def __init__(self, settings: Settings, logger: logging.Logger) -> None:
        """Prepare; nothing is asked of the engine before `start`."""
        self._settings = settings
        self._logger = logger
        self._engine = Engine(settings.engine)
        self._calls = Calls(settings.most_at_once, "skep-runs")
        self._places = asyncio.Semaphore(settings.most_at_once)
        self._pool: Pool | None = None
        self._languages: tuple[str, ...] = ()
        self._refusal = "The sandbox runtime has not been started."

    async def start(self) -> RuntimeReport:
        """Find out by trying what isolation holds, and keep containers ready if all does."""
        guarantees = await self._find_out()
        missing = [g.detail for g in guarantees if g.required and not g.holds]
        if missing:
            self._refusal = f"Code cannot be run safely here, so it is not run. {' '.join(missing)}"
            await self._close_pool()
        else:
            self._refusal = ""
        return RuntimeReport(
            runtime=NAME,
            languages=() if missing else self._languages,
            environments=(),
            guarantees=tuple(guarantees),
        )

    async def run(self, request: CodeRequest) -> CodeResult:
        """Run code in a container of its own; see the protocol."""
        if self._refusal:
            raise Unavailable(self._refusal)
        if request.language not in self._languages:
            known = " and ".join(self._languages)
            return _fault(
                CodeFault.UNSUPPORTED, f"This sandbox runs {known}, not {request.language}."
            )
        if request.environment is not None:
            return _fault(
                CodeFault.UNSUPPORTED,
                f"Containers have no package environments, so there is no {request.environment}.",
            )
        return await self._run(request)

    async def stop(self) -> None:
        """Remove every container; runs in flight raise Unavailable."""
        self._refusal = "The sandbox runtime has been stopped."
        await self._close_pool()
        self._calls.close()
        self._engine.close()

    async def _run(self, request: CodeRequest) -> CodeResult:
        limits = request.limits
        _check(limits)
        try:
            body = _encode(request)
        except TooLarge as error:
            return _fault(CodeFault.INPUT_TOO_LARGE, error.detail)
        async with self._places:
            for _ in range(_TRIES):
                result = await self._try(Run(request.language, body, limits))
                if result is not None:
                    return result
        raise Unavailable(
            "The containers of the sandbox end before they have begun.", retry_after_s=2.0
        )

    async def _try(self, run: Run) -> CodeResult | None:
        """Run in one container; None when that ended before it had seen any of the code."""
        pool = self._pool
        if pool is None:
            raise Unavailable(self._refusal)
        container = await pool.take(Shape.of(run.limits))
        traffic: Traffic | None = None
        try:
            traffic = await self._calls.run(container.keep, run)
        except TimeoutError:
            return outcome.overdue(run.limits)
        except LostContact as error:
            return await self._explain(error)
        finally:
            await self._end(pool, container, has_ended=traffic is not None)
        return outcome.conclude(traffic, run.limits)

    async def _end(self, pool: Pool, container: Container, *, has_ended: bool) -> None:
        """Let the container go; one that may still run is removed, even when we are cancelled."""
        if has_ended:
            container.hang_up()  # and the engine removes what has ended
        else:
            await asyncio.shield(pool.remove(container))

    async def _explain(self, lost: LostContact) -> CodeResult | None:
        """Tell a run that ended its container from an engine that went away."""
        if self._refusal:
            raise Unavailable(self._refusal)
        if not lost.has_begun:
            return None
        await self._calls.run(self._engine.about)
        return outcome.vanished()

    async def _close_pool(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def _find_out(self) -> list[Guarantee]:
        try:
            about = await self._calls.run(self._engine.about)
            found = await self._calls.run(self._engine.image, self._settings.image)
        except Unavailable as error:
            return [_missing("engine", error.detail)]
        engine = Guarantee(
            name="engine",
            holds=True,
            detail=f"Docker Engine {about.get('ServerVersion', '?')}, {about.get('OSType', '?')} "
            f"on {about.get('Architecture', '?')}",
        )
        kernel = self._kernel(about)
        built = self._image(found)
        if found is None or not built.holds or not (kernel.holds or not kernel.required):
            return [engine, built, kernel]
        plan = Plan(
            settings=self._settings,
            image=str(found["Id"]),
            owner=Owner.this(),
            is_under_gvisor=kernel.holds,
        )
        self._pool = Pool(self._engine, plan, self._logger)
        try:
            await self._pool.open(Shape.of(RunLimits()))
        except Unavailable as error:
            return [engine, built, kernel, _missing("containers", error.detail)]
        tried = await self._try_everything()
        self._languages = (PYTHON,)
        return [engine, built, kernel, _bounds(about), *tried, await self._try_javascript()]

    def _image(self, found: dict[str, Any] | None) -> Guarantee:
        name, build = self._settings.image, "Build it: skep sandbox build-image."
        if found is None:
            return _missing("image", f"The engine has no image {name}. {build}")
        if image.describe(found) != image.digest():
            return _missing("image", f"The image {name} is of another version. {build}")
        return Guarantee(name="image", holds=True, detail=f"{name}, {str(found['Id'])[:19]}")

    def _kernel(self, about: dict[str, Any]) -> Guarantee:
        """Tell whether containers get a kernel of their own."""
        wish = self._settings.gvisor
        is_offered = "runsc" in (about.get("Runtimes") or {})
        holds = is_offered and wish != "never"
        detail = "containers run under gVisor, a kernel of their own"
        if not holds:
            detail = (
                "containers share the host's kernel: the setting gvisor says so"
                if wish == "never"
                else "containers share the host's kernel: this engine offers no runsc (gVisor)"
            )
        return Guarantee(name="kernel", holds=holds, detail=detail, required=wish == "required")

    async def _try_everything(self) -> list[Guarantee]:
        """Run code that tries to get out, and code that never ends."""
        limits = RunLimits(cpu_s=5.0)
        attempts = CodeRequest(
            language=PYTHON,
            code=_ATTEMPTS.read_text(encoding="utf-8"),
            inputs={"memory_bytes": _TRIAL_MEMORY_BYTES},
            limits=limits,
        )
        endless = CodeRequest(
            language=PYTHON,
            code=_ENDLESS,
            inputs={},
            limits=msgspec.structs.replace(limits, wall_s=0.1),
        )
        try:
            tried = await self._run(attempts)
            found: dict[str, Any] = dict(tried.result or {})
            timed = await self._run(endless)
        except SkepError as error:
            return [_missing("confinement", error.detail)]
        found["time"] = {"holds": timed.fault is CodeFault.TIMED_OUT, "detail": timed.message}
        return [_judge(name, found.get(name), tried.message or "not tried") for name in _MEANINGS]

    async def _try_javascript(self) -> Guarantee:
        """Offer JavaScript if its engine is in the image and works."""
        trial = CodeRequest(language=JAVASCRIPT, code=_SCRIPT, inputs={"number": 1})
        try:
            result = await self._run(trial)
            holds, said = result.result == {"number": 2}, result.message
        except SkepError as error:
            holds, said = False, error.detail
        if holds:
            self._languages = (PYTHON, JAVASCRIPT)
        return Guarantee(
            name=JAVASCRIPT,
            holds=holds,
            detail="QuickJS, in the same confinement"
            if holds
            else f"JavaScript cannot be run: {said or 'a trial gave another result'} "
            "Install the package quickjs-ng and build the image again.",
            required=False,
        )


def _bounds(about: dict[str, Any]) -> Guarantee:
    """Tell whether the engine holds containers to memory, processes and processor time."""
    wanted = {"memory": "MemoryLimit", "processes": "PidsLimit", "processor time": "CpuCfsQuota"}
    lacking = [name for name, key in wanted.items() if not about.get(key, True)]
    return Guarantee(
        name="cgroup",
        holds=not lacking,
        detail=f"the engine cannot bound {', '.join(lacking)} of a container, so only the limits "
        "that a run puts on itself hold"
        if lacking
        else "every container has bounds of memory, processes and processor time",
        required=False,
    )


def _judge(name: str, finding: Any, otherwise: str) -> Guarantee:
    required = name not in _OPTIONAL
    if isinstance(finding, dict) and finding.get("holds") is True:
        return Guarantee(name=name, holds=True, detail=_MEANINGS[name], required=required)
    detail = finding.get("detail", otherwise) if isinstance(finding, dict) else otherwise
    return Guarantee(
        name=name,
        holds=False,
        detail=f"Not assured: {_MEANINGS[name]} ({detail}).",
        required=required,
    )


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
