"""Resource limits and privileges of this process (setrlimit(2), prctl(2), capset(2))."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_CAPABILITY_VERSION_3: Final = 0x20080522
_NICENESS: Final = 5
_FIRST_TO_GO: Final = "1000"


def die_with_parent(parent_pid: int) -> None:
    """End when the parent does, also when it is killed."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if parent_pid and os.getppid() != parent_pid:  # it went before we asked
        os._exit(1)


def set_limits(
    *, max_memory_bytes: int, max_cpu_s: int, max_file_bytes: int, max_open_files: int
) -> None:
    """Limit this process for good; let the system end it first when memory runs out."""
    for name, limit in (
        ("RLIMIT_AS", max_memory_bytes),
        ("RLIMIT_CPU", max_cpu_s + 1),
        ("RLIMIT_FSIZE", max_file_bytes),
        ("RLIMIT_NOFILE", max_open_files),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_MEMLOCK", 0),
        ("RLIMIT_MSGQUEUE", 0),
    ):
        number = getattr(resource, name, None)
        if number is not None:
            _, hard = resource.getrlimit(number)
            bounded = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            # Processor time: a signal that tells why comes first, a kill when it is caught.
            grace = 1 if name == "RLIMIT_CPU" else 0
            resource.setrlimit(number, (max(bounded - grace, grace), bounded))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123  # no pathlib here: this process starts for every document
        file.write(_FIRST_TO_GO)
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)


def drop_privileges() -> None:
    """Give up every capability, and the means to get new ones; hide memory from debuggers."""
    if sys.platform != "linux":
        return
    libc = _libc()
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    libc.capset(head, (ctypes.c_uint32 * 6)())


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
