"""Inside the sandbox: what a child does to itself before it may see a byte of user code.

The order matters. Namespaces come first, while the fork-server's capability is still there; the
user namespace comes last among them, so that the mounts belong to one that user code is not in.
"""

import ctypes
import os
import resource
import struct
from typing import NamedTuple

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 2, 4, 8
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
PRIVATE = "/tmp"  # noqa: S108  # a file system of the run's own
_TMP_INODES = 16_384
_QUEUED_SIGNALS = 256
_MIB = 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
_libc.mount.argtypes = (*[ctypes.c_char_p] * 3, ctypes.c_ulong, ctypes.c_char_p)


class Limits(NamedTuple):
    """What a run may use; on the wire, unsigned 64-bit numbers in this order."""

    cpu_s: int
    memory_bytes: int
    processes: int
    output_bytes: int
    disk_bytes: int
    open_files: int


LIMITS = struct.Struct(">6Q")


class Filter:
    """A compiled system-call filter, ready to be installed."""

    def __init__(self, program: bytes) -> None:
        self._program = ctypes.create_string_buffer(program, len(program))
        pointer = struct.pack("@HP", len(program) // 8, ctypes.addressof(self._program))
        self._header = ctypes.create_string_buffer(pointer, len(pointer))

    def install(self) -> None:
        """Put it in force for this process, for good."""
        _check(
            _libc.prctl(
                _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(self._header), 0, 0
            ),
            "seccomp",
        )


def _check(status: int, what: str) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Enter new namespaces (for CLONE_NEWPID: the next child does)."""
    _check(_libc.unshare(flags), "unshare")


def enter_pid_namespace(descriptor: int) -> None:
    """Have the next children in the PID namespace that `descriptor` names."""
    _check(_libc.setns(descriptor, CLONE_NEWPID), "setns")


def keep_mounts_private() -> None:
    """Stop mounts from spreading to or from other namespaces."""
    _check(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "mount /")


def enter_namespaces() -> None:
    """Take mounts, IPC objects and a host name of its own; the PID namespace came with the fork."""
    os.setsid()
    unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS)


def enclose(limits: Limits, final: Filter, *, base_bytes: int, proc: int) -> None:
    """Apply limits, give up every privilege, and install the final filter.

    `base_bytes` is the address space that the interpreter takes itself. `proc` is a descriptor of a
    /proc directory, and is closed.
    """
    options = f"size={limits.disk_bytes},nr_inodes={_TMP_INODES},mode=0700"
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    _check(_libc.mount(b"tmpfs", PRIVATE.encode(), b"tmpfs", flags, options.encode()), "mount /tmp")
    os.chdir(PRIVATE)
    _lower_limits(limits, base_bytes + limits.memory_bytes)
    uid, gid = os.getuid(), os.getgid()
    unshare(CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        descriptor = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
        os.write(descriptor, text.encode())
        os.close(descriptor)
    os.close(proc)
    _drop_privileges()
    final.install()


def _lower_limits(limits: Limits, address_space: int) -> None:
    for kind, wanted in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.disk_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        # Counted in the user namespace that comes next, so that runs do not take from each other.
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_SIGPENDING, _QUEUED_SIGNALS),  # and timers
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


def _drop_privileges() -> None:
    # The bounding set stays as it is: without execve nothing could draw on it.
    header = struct.pack("=II", _CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, bytes(24)), "capset")
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl")
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
