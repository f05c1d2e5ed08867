"""Inside a container, as user code: tries what must not work here and tells what came of it."""

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


def holds_something(path: str) -> bool:
    """Tell whether a file can be read, and is not /dev/null in its place."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return bool(os.read(descriptor, 1))
    except OSError:
        return False
    finally:
        os.close(descriptor)


def filesystem() -> Finding:
    """Nothing of the host is there, nothing but /tmp is writable."""
    there = ("/etc/passwd", "/home", "/root", "/var", "/boot", "/run", "/bin", "/usr/bin")
    present = [path for path in there if succeeds(os.stat, path)]
    writable = [
        p
        for p in ("/", "/python", "/lib", "/skep", "/dev", "/dev/shm", "/dev/mqueue", "/etc")  # noqa: S108  # to see that they are not
        if succeeds(os.open, f"{p}/x", os.O_CREAT | os.O_WRONLY)
    ]
    return not present and not writable, f"there: {present}, writable: {writable}"


def kernel_files() -> Finding:
    """What the kernel tells about itself and the container cannot be opened."""
    names = ("/proc/self/mountinfo", "/proc/self/environ", "/proc/1/cmdline", "/proc/cpuinfo")
    opened = [name for name in names if holds_something(name)]
    opened += [name for name in ("/proc", "/sys/class") if succeeds(os.listdir, name)]
    return not opened, f"opened: {opened}"


def network() -> Finding:
    """There is no way to make a socket that could reach anything."""
    families = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, 16, 17, 40)
    made = [int(family) for family in families if succeeds(socket.socket, family)]
    return not made, f"sockets made: {made}"


def processes() -> Finding:
    """It starts no other, and reaches none."""
    reached = [pid for pid in (1, *range(3, 64)) if pid != os.getpid() and _reaches(pid)]
    forked = succeeds(os.fork)
    return not reached and not forked, f"reached: {reached}, forked: {forked}"


def _reaches(pid: int) -> bool:
    return succeeds(os.kill, pid, 0)


def seccomp() -> Finding:
    """The kernel refuses what the filters name."""
    libc = ctypes.CDLL(None, use_errno=True)
    calls: dict[str, Callable[[], int]] = {
        "unshare": lambda: libc.unshare(_CLONE_NEWUSER),
        "mount": lambda: libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None),
        "ptrace": lambda: libc.ptrace(0, 0, 0, 0),
        "setns": lambda: libc.setns(0, 0),
        "shmget": lambda: libc.shmget(0, 4096, 0o1600),
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
        "kernel_files": kernel_files(),
        "network": network(),
        "processes": processes(),
        "seccomp": seccomp(),
        "privileges": privileges(),
        "environment": environment(),
        "memory": memory(memory_bytes),
    }
    return {name: {"holds": holds, "detail": detail} for name, (holds, detail) in found.items()}
