"""A control group around the whole sandbox, where this process may make one.

Each run is bounded by its own limits; the group bounds the memory and the processes of all of them
together. It leaves the processor alone: where nothing else is in a group, one would get too small a
share. Both versions of control groups will do.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.plugins.runtimes import Guarantee

_PREFIX: Final = "skep-sandbox-"
_MOUNTS: Final = Path("/proc/self/mountinfo")
_OWN: Final = Path("/proc/self/cgroup")
_REMOVE_TIMEOUT_S: Final = 2.0
_numbers: Final = count(1)


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What all runs together may use."""

    memory_bytes: int
    processes: int


class ControlGroup(msgspec.Struct, frozen=True):
    """The folders of one group: one with version 2, one for each controller with version 1."""

    folders: tuple[Path, ...]

    @property
    def entrances(self) -> list[str]:
        """The files to which a process writes its number to get in."""
        return [str(folder / "cgroup.procs") for folder in self.folders]

    def remove(self) -> None:
        """Remove the group once its processes have gone; gives up after a moment."""
        deadline = time.monotonic() + _REMOVE_TIMEOUT_S
        for folder in self.folders:
            while not _removed(folder) and time.monotonic() < deadline:
                time.sleep(0.01)


def make(bounds: Bounds) -> tuple[ControlGroup | None, Guarantee]:
    """Make a group, or say why there is none; what killed services left behind is removed."""
    name = f"{_PREFIX}{os.getpid()}-{next(_numbers)}"
    folders: list[Path] = []
    held: set[str] = set()
    for parent, settings in _places(bounds):
        if not (wanted := {key.partition(".")[0] for key in settings} - held):
            continue
        _sweep(parent)
        folder = parent / name
        if _make_one(folder, {k: v for k, v in settings.items() if k.partition(".")[0] in wanted}):
            folders.append(folder)
            held |= {key.partition(".")[0] for key in settings if (folder / key).exists()}
    holds = {"memory", "pids"} <= held
    detail = (
        f"all runs together: {bounds.memory_bytes:,} bytes, {bounds.processes:,} processes"
        if holds
        else "this user may make no control group for memory and processes, so only the limits of "
        "single runs hold; run as root, or with a delegated control group"
    )
    guarantee = Guarantee(name="cgroup", holds=holds, detail=detail, required=False)
    return (ControlGroup(tuple(folders)) if folders else None), guarantee


def _places(bounds: Bounds) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield folders to make a group in, best first, with what to write into it."""
    memory, processes = str(bounds.memory_bytes), str(bounds.processes)
    own = dict(_own_paths())
    for mount, controllers in _mounted():
        if controllers is None:
            home = mount / own.get("", "/").strip("/")
            for parent in dict.fromkeys((home, home.parent, mount)):
                if parent.is_relative_to(mount):
                    _delegate(parent)
                    yield (
                        parent,
                        {
                            "memory.max": memory,
                            "memory.swap.max": "0",
                            "pids.max": processes,
                        },
                    )
            continue
        settings = {
            "memory": {"memory.limit_in_bytes": memory},
            "pids": {"pids.max": processes},
        }
        for controller in sorted(controllers & settings.keys()):
            yield mount / own.get(controller, "/").strip("/"), settings[controller]


def _make_one(folder: Path, settings: dict[str, str]) -> bool:
    """Make a folder and write what it takes; without its first setting it is of no use."""
    try:
        folder.mkdir()
    except OSError:
        return False
    for place, (name, value) in enumerate(settings.items()):
        try:
            if not (folder / name).exists():
                raise FileNotFoundError(name)
            (folder / name).write_text(value, encoding="ascii")
        except OSError:
            if place == 0:
                _removed(folder)
                return False
    return True


def _delegate(parent: Path) -> None:
    """Ask for the controllers in the folders below; refused where processes live, which is fine."""
    for controller in ("memory", "pids"):
        with contextlib.suppress(OSError):
            (parent / "cgroup.subtree_control").write_text(f"+{controller}", encoding="ascii")


def _mounted() -> Iterator[tuple[Path, set[str] | None]]:
    """Yield where control groups are mounted: the controllers of version 1, None for version 2."""
    for line in _read(_MOUNTS).splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup":
            yield Path(before.split(" ")[4]), set(options.split(","))
        elif kind == "cgroup2":
            yield Path(before.split(" ")[4]), None


def _own_paths() -> Iterator[tuple[str, str]]:
    """Yield the path of this process's own group by controller; version 2 has no name."""
    for line in _read(_OWN).splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            yield controller, path


def _sweep(parent: Path) -> None:
    """Remove groups whose maker is gone, with what outlived it.

    That should be nothing. But bubblewrap binds a process to its parent only once it is set up:
    when a service is killed in that moment, the process waits for it for ever.
    """
    with contextlib.suppress(OSError):
        for folder in parent.glob(f"{_PREFIX}*"):
            maker = folder.name.removeprefix(_PREFIX).partition("-")[0]
            if maker.isdigit() and not Path("/proc", maker).exists():
                _kill_all(folder)
                _removed(folder)


def _kill_all(folder: Path) -> None:
    """Kill the processes of a group, and wait for them a moment."""
    deadline = time.monotonic() + _REMOVE_TIMEOUT_S
    while left := [int(pid) for pid in _read(folder / "cgroup.procs").split()]:
        for pid in left:
            if pid > 0:  # another's of a namespace that is not ours shows as 0
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            return
        time.sleep(0.01)


def _removed(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
