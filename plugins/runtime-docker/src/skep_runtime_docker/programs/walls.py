"""Inside the container: what a child does to itself before it may see a byte of user code.

The engine has put up the outer walls: namespaces, a read-only root, no capabilities, an allow-list
of system calls. Here the run's own limits follow, the file system shrinks to the interpreter and
/tmp (Landlock, landlock(7)), and a second filter takes away what only the keeper needed: starting
processes, signals to others, every control over itself.
"""

import ctypes
import os
import resource
import struct
from typing import NamedTuple

from skep_runtime_docker.programs import system_calls

PRIVATE = "/tmp"  # noqa: S108  # a file system of the container's own
HOME = "/python"
_READABLE = (HOME, "/lib", "/lib64", "/usr/share/zoneinfo")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_QUEUED_SIGNALS = 256
_FIRST_TO_GO = b"1000"

_libc = ctypes.CDLL(None, use_errno=True)
_libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
_libc.syscall.restype = ctypes.c_long


class Limits(NamedTuple):
    """What a run may use; on the wire, unsigned 64-bit numbers in this order."""

    wall_ms: int
    cpu_s: int
    memory_bytes: int
    processes: int
    output_bytes: int
    log_bytes: int
    disk_bytes: int
    open_files: int


LIMITS = struct.Struct(">8Q")


def hide_memory() -> None:
    """Let no other process of this user look into this one."""
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl")


def enclose(limits: Limits, *, base_bytes: int) -> None:
    """Apply limits, shrink the file system, and install the final filter.

    `base_bytes` is the address space that the interpreter takes itself.
    """
    os.setsid()
    os.chdir(PRIVATE)
    _check(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")  # else root owns that file
    descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(descriptor, _FIRST_TO_GO)  # when memory is short the run goes, not its keeper
    os.close(descriptor)
    _lower_limits(limits, base_bytes + limits.memory_bytes)
    hide_memory()
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _shrink_file_system()
    system_calls.forbid()


def _check(status: int, what: str) -> None:
    if status < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _lower_limits(limits: Limits, address_space: int) -> None:
    for kind, wanted in (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.disk_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        # The container has its user to itself; one of the processes is the keeper.
        (resource.RLIMIT_NPROC, limits.processes + 1),
        (resource.RLIMIT_SIGPENDING, _QUEUED_SIGNALS),  # and timers
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_WRITE_FILE, _READ_FILE, _READ_FOLDER, _TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
_NEVER = 1 << 0 | 1 << 6 | 1 << 9 | 1 << 11 | 1 << 15
"""Not even in /tmp: executing, devices, sockets, control of devices."""
_KNOWN_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""By version of the interface: how many rights, from bit 0, it knows."""
_TCP_SINCE, _SCOPES_SINCE = 4, 6
_ALL_TCP, _ALL_SCOPES = 3, 3


def _shrink_file_system() -> None:
    """Leave the interpreter, a few devices and /tmp. Kernels without Landlock go on without."""
    version = _libc.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    if version < 1:
        return  # the trial of the runtime finds out, and the report says so
    rights = (1 << _KNOWN_RIGHTS[min(version, max(_KNOWN_RIGHTS))]) - 1
    attributes = struct.pack("=Q", rights)
    if version >= _TCP_SINCE:
        attributes += struct.pack("=Q", _ALL_TCP)
    if version >= _SCOPES_SINCE:
        attributes += struct.pack("=Q", _ALL_SCOPES)
    rules = _libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    _check(rules, "landlock")
    for path in _READABLE:
        _allow(rules, path, _READ_FILE | _READ_FOLDER)
    for path in _DEVICES:
        _allow(rules, path, rights & (_READ_FILE | _WRITE_FILE | _TRUNCATE))
    _allow(rules, "/dev", _READ_FOLDER)
    _allow(rules, PRIVATE, rights & ~_NEVER)
    _check(_libc.syscall(_RESTRICT_SELF, rules, 0), "landlock")
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH)
    except FileNotFoundError:
        return
    try:
        rule = struct.pack("=Qi", rights, place)
        _check(_libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0), f"landlock {path}")
    finally:
        os.close(place)
