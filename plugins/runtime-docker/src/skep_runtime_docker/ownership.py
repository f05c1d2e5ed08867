"""Whose containers are whose: labels, and which of them nobody can want any more."""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

LABEL: Final = "skep.sandbox"
_MACHINE: Final = f"{LABEL}.machine"
_PROCESS: Final = f"{LABEL}.process"
_UNTIL: Final = f"{LABEL}.until"
LEASE_S: Final = 6 * 3600.0
"""Longer than any spare is kept and any run may take; for services on machines we cannot see."""


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """A process, told apart from all others of its machine."""

    machine: str
    """The boot and the PID namespace in which process numbers mean something."""
    process: str

    @classmethod
    def this(cls) -> "Owner":
        """Return this process."""
        return cls(machine=_this_machine(), process=_name(os.getpid()))

    def labels(self) -> dict[str, str]:
        """Return what this owner's containers carry."""
        return {
            LABEL: "run",
            _MACHINE: self.machine,
            _PROCESS: self.process,
            _UNTIL: str(int(time.time() + LEASE_S)),
        }

    def owns(self, container: Mapping[str, Any]) -> bool:
        """Tell whether this process made a container."""
        labels = _labels(container)
        return (labels.get(_MACHINE), labels.get(_PROCESS)) == (self.machine, self.process)


def stale(containers: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the ids of containers whose maker has ended, or whose lease has."""
    machine = _this_machine()
    for container in containers:
        labels = _labels(container)
        process = labels.get(_PROCESS, "")
        has_no_owner = labels.get(_MACHINE) == machine and process != _name(_number(process))
        until = labels.get(_UNTIL, "")
        if has_no_owner or not until.isdecimal() or int(until) < time.time():
            yield container["Id"]


def _labels(container: Mapping[str, Any]) -> dict[str, str]:
    return container.get("Labels") or {}


def _this_machine() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}.{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""  # not Linux: leases alone decide


def _name(pid: int) -> str:
    """Return what names a process even after its number was given to another."""
    try:
        told = Path("/proc", str(pid), "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return f"{pid}.gone"
    state, *fields = told.rpartition(")")[2].split()
    return f"{pid}.gone" if state == "Z" else f"{pid}.{fields[18]}"


def _number(process: str) -> int:
    number = process.partition(".")[0]
    return int(number) if number.isdecimal() and len(number) < 12 else 0
