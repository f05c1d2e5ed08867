"""Inside the sandbox, as user code: tries what must not work here and tells what came of it."""

import ctypes
import os
import socket
import struct
from collections.abc import Callable

Finding = tuple[bool, str]

_EPERM = 1
_CAPABILITY_VERSION_3 = 0x20080522
_CLONE_NEWUSER = 0x10000000
_OPEN_FILES = {0, 1, 2, 4}  # standard streams and the pipe of the report


def succeeds(attempt: Callable[..., object], *arguments: object) -> bool:
    """Tell whether a call gets through."""
    try:
        attempt(*arguments)
    except (OSError, MemoryError):
        return False
    return True


def reachable(pid: int) -> bool:
    """Tell whether some process answers to a signal of no effect."""
    return succeeds(os.kill, pid, 0)


def filesystem() -> Finding:
    """Nothing of the host is readable, nothing but /tmp is writable."""
    readable = [
        p for p in ("/etc", "/proc", "/sys", "/home", "/root", "/var") if succeeds(os.stat, p)
    ]
    writable = [
        p
        for p in ("/", "/python", "/lib", "/skep", "/dev")
        if succeeds(os.open, f"{p}/x", os.O_CREAT | os.O_WRONLY)
    ]
    return not readable and not writable, f"readable: {readable}, writable: {writable}"


def network() -> Finding:
    """There is no way to make a socket that could reach anything."""
    families = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, 16, 17)
    made = [int(family) for family in families if succeeds(socket.socket, family)]
    return not made, f"sockets made: {made}"


def processes() -> Finding:
    """It is alone, and stays so."""
    others = [pid for pid in range(2, 64) if reachable(pid)]
    forked = succeeds(os.fork)
    return os.getpid() == 1 and not others and not forked, f"others: {others}, forked: {forked}"


def seccomp() -> Finding:
    """The kernel refuses what the filter names."""
    libc = ctypes.CDLL(None, use_errno=True)
    calls: dict[str, Callable[[], int]] = {
        "unshare": lambda: libc.unshare(_CLONE_NEWUSER),
        "mount": lambda: libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None),
        "ptrace": lambda: libc.ptrace(0, 0, 0, 0),
        "setns": lambda: libc.setns(0, 0),
    }
    through = [name for name, call in calls.items() if call() != -1 or ctypes.get_errno() != _EPERM]
    return not through, f"not refused: {through}"


def privileges() -> Finding:
    """It has no capability and is not root."""
    header = struct.pack("=II", _CAPABILITY_VERSION_3, 0)
    data = ctypes.create_string_buffer(24)
    known = ctypes.CDLL(None).capget(header, data) == 0
    return known and not any(data.raw) and os.getuid() != 0, f"capabilities: {data.raw.hex()}"


def environment() -> Finding:
    """Neither variables nor descriptors came along."""
    extra = [fd for fd in range(64) if fd not in _OPEN_FILES and succeeds(os.fstat, fd)]
    return not os.environ and not extra, f"variables: {len(os.environ)}, descriptors: {extra}"


def memory(limit: int) -> Finding:
    """An allocation beyond the limit fails."""
    more = limit + limit // 8  # the interpreter may have given back some of its own
    return not succeeds(bytearray, more), f"{more:,} bytes could be taken"


def main(memory_bytes: int) -> dict[str, object]:
    """Return, by name, whether a guarantee holds and what was found."""
    found = {
        "filesystem": filesystem(),
        "network": network(),
        "processes": processes(),
        "seccomp": seccomp(),
        "privileges": privileges(),
        "environment": environment(),
        "memory": memory(memory_bytes),
    }
    return {name: {"holds": holds, "detail": detail} for name, (holds, detail) in found.items()}
