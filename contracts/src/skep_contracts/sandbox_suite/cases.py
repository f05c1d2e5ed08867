"""A program, and what a runtime must make of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from skep_contracts.plugins.runtimes import (
    CodeFault,
    CodeRequest,
    CodeResult,
    RunLimits,
    RuntimeReport,
)

CANARY: Final = "canary-7f3a"
"""Stands in a file, a variable and a socket's name of the host; no program may ever see it."""

ATTEMPTS: Final = '''\
import ctypes, errno, os, socket, stat, struct, sys

escaped = []
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
MACHINE = os.uname().machine


def attempt(name, call, *arguments, **options):
    """Note what gets through; whatever it raises, it did not."""
    try:
        value = call(*arguments, **options)
    except BaseException:
        return None
    escaped.append(name)
    return value


def peek(path):
    """Return the first byte of a file; raises when there is none."""
    with open(path, "rb") as file:
        return file.read(1)[0]


def kernel(name, x86_64, aarch64, *arguments):
    """Call the kernel by number; note what does not fail with EPERM or ENOSYS."""
    number = {"x86_64": x86_64, "aarch64": aarch64}[MACHINE]
    if number is None:
        return
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    if libc.syscall(ctypes.c_long(number), *words) != -1:
        escaped.append(name)
    elif ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        escaped.append(f"{name}: {errno.errorcode.get(ctypes.get_errno())}")


def report():
    return {"escaped": escaped}

'''
"""Goes before the code of a hostile program."""

QUICK: Final = RunLimits(wall_s=10.0, cpu_s=10.0)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A program with what must come of it."""

    name: str
    code: str
    language: str = "python"
    inputs: dict[str, Any] = {}
    sees: tuple[str, ...] = ()
    """What of the host it is told of: ``canary``, a file's path; ``port`` and ``abstract``, where
    something listens."""
    limits: RunLimits = QUICK
    result: dict[str, Any] | None = None
    """The exact result; None when there may be none."""
    is_any_result_right: bool = False
    faults: frozenset[CodeFault] = frozenset()
    """The faults that are right."""
    check: Callable[[CodeResult], bool] | None = None
    """More that must hold."""
    most_s: float = 8.0
    """It must have ended by then, on a busy machine too."""
    needs: str | None = None
    """The optional guarantee it is about: where the runtime reports it missing, it cannot hold."""

    def request(self, host: Mapping[str, Any]) -> CodeRequest:
        """Return what to run; `host` holds what the case may see of it, and maybe more."""
        return CodeRequest(
            language=self.language,
            code=self.code,
            inputs={**self.inputs, **{name: host[name] for name in self.sees}},
            limits=self.limits,
        )

    def applies(self, report: RuntimeReport) -> bool:
        """Tell whether a runtime with this report promises what the case is about."""
        missing = {g.name for g in report.guarantees if not g.holds}
        return self.language in report.languages and self.needs not in missing

    def complaint(self, result: CodeResult) -> str:
        """Say what is wrong with a result; nothing when it is right."""
        wrong = self._wrong_outcome(result)
        if not wrong and result.elapsed_s > self.most_s:
            wrong = f"took {result.elapsed_s:.1f} s"
        if not wrong and self.check is not None and not self.check(result):
            wrong = f"check failed; printed {result.stdout[:300]!r} and {result.stderr[:300]!r}"
        told = f"{result.fault}, {result.message!r}, {str(result.result)[:300]}"
        return f"{wrong}: {told}" if wrong else ""

    def _wrong_outcome(self, result: CodeResult) -> str:
        if result.fault is not None:
            if result.fault not in self.faults:
                return "unexpected fault"
            return "" if result.message else "a fault without a message"
        if result.result is None:
            return "neither a result nor a fault"
        if self.result is not None:
            return "" if result.result == self.result else f"expected {self.result}"
        if self.faults and not self.is_any_result_right:
            return f"expected one of {', '.join(sorted(self.faults))}"
        return ""


def hostile(name: str, code: str, *faults: CodeFault, **options: Any) -> Case:
    """Return a program that tries things with `attempt` and `kernel`: nothing may get through."""
    return Case(
        name=name,
        code=ATTEMPTS + code,
        result={"escaped": []},
        faults=frozenset(faults),
        **options,
    )


def escaping(name: str, code: str, *faults: CodeFault, **options: Any) -> Case:
    """Return a hostile program that is told where a file of the host lies."""
    return hostile(name, code, *faults, sees=("canary",), **options)


def connecting(name: str, code: str, *faults: CodeFault, **options: Any) -> Case:
    """Return a hostile program that is told where the host listens, too."""
    return hostile(name, code, *faults, sees=("canary", "port", "abstract"), **options)


def faulty(name: str, code: str, *faults: CodeFault, **options: Any) -> Case:
    """Return a program that must end with one of `faults`."""
    return Case(name=name, code=code, faults=frozenset(faults), **options)
