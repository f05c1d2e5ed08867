"""The order to bubblewrap: which namespaces, which files, which filter."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from skep_runtime_bubblewrap.cgroups import ControlGroup
from skep_runtime_bubblewrap.interpreter import LIBRARIES, Interpreter
from skep_runtime_bubblewrap.outfits import Outfit
from skep_runtime_bubblewrap.seccomp.filters import Programs

_PROGRAMS: Final = Path(__file__).parent / "programs"
_PACKAGE: Final = "skep_runtime_bubblewrap"
_INSIDE: Final = "/skep"
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_POOLS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Libraries that start threads when they are loaded: a fork would have none of them."""
_USER: Final = "1000"
"""What user code believes its number to be."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What every fork-server's sandbox is made of."""

    bubblewrap: str
    interpreter: Interpreter
    filters: Programs
    uid: int
    """The unprivileged user that root becomes."""
    group: ControlGroup | None = None
    """Where all of it is kept together."""


@contextmanager
def command(
    plan: Plan, outfit: Outfit, control: int
) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """Yield the command that starts the fork-server, and the descriptors that it must inherit.

    `control` is the fork-server's end of its socket. The other descriptors are closed afterwards.
    """
    opened: list[int] = []

    def content(data: bytes) -> str:
        descriptor = os.memfd_create("skep")
        opened.append(descriptor)
        os.write(descriptor, data)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return str(descriptor)

    try:
        proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
        opened.append(proc)
        boot = (
            f"import sys; sys.path.append({_INSIDE!r}); "
            f"from {_PACKAGE}.programs.server import main; main({_INSIDE!r}, {control}, {proc})"
        )
        files: list[str] = []
        for name, data in _files(plan, outfit):
            files += ["--file", content(data), f"{_INSIDE}/{name}"]
        after = [
            *(part for folder in plan.interpreter.hidden for part in ("--tmpfs", folder)),
            *(part for device in _DEVICES for part in ("--dev-bind", device, device)),
            *files,
            *("--dir", "/tmp", "--remount-ro", "/", "--chdir", "/"),  # noqa: S108  # inside
            *("--setenv", "LD_LIBRARY_PATH", LIBRARIES),
            *(part for name in _POOLS for part in ("--setenv", name, "1")),
            *("--seccomp", content(plan.filters.outer)),
            *("--", plan.interpreter.executable, "-I", "-S", "-B", "-X", "utf8", "-c", boot),
        ]
        order = {
            "uid": plan.uid,
            "entrances": plan.group.entrances if plan.group else [],
            "program": plan.bubblewrap,
            "before": _NAMESPACES,
            "binds": [
                [bind.source, bind.target] for bind in (*plan.interpreter.binds, *outfit.binds)
            ],
            "after": after,
        }
        launch = str(_PROGRAMS / "launch.py")
        text = msgspec.json.encode(order).decode()
        yield [sys.executable, "-I", "-S", launch, text], (control, *opened)
    finally:
        for descriptor in opened:
            os.close(descriptor)


_NAMESPACES: Final = (
    *("--unshare-user", "--uid", _USER, "--gid", _USER),
    *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"),
    # The fork-server keeps the one capability that making namespaces for its children takes. It
    # holds in the sandbox's own user namespace alone, and every child gives it up.
    *("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"),
    *("--hostname", "sandbox", "--new-session", "--die-with-parent", "--as-pid-1"),
)


def _files(plan: Plan, outfit: Outfit) -> Iterator[tuple[str, bytes]]:
    """Yield what the fork-server reads: its own modules and its configuration."""
    yield f"{_PACKAGE}/__init__.py", b""
    for name in ("__init__.py", "channel.py", "confine.py", "server.py", *outfit.programs):
        yield f"{_PACKAGE}/programs/{name}", (_PROGRAMS / name).read_bytes()
    order = {"language": outfit.language, "modules": outfit.modules, "search": outfit.search}
    yield "order.json", msgspec.json.encode(order)
    yield "final.bpf", plan.filters.for_language(outfit.language)
