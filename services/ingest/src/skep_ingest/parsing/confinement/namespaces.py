"""Takes this process out of the machine's world: namespaces, and a root of its own (Linux).

No network, no mounts, IPC objects or host name of anyone else's; of the file system only what is
bound into a root that lives in memory. Takes the right to make user namespaces; without it the
other walls stand alone.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from typing import Final

_NEW: Final = 0x10000000 | 0x00020000 | 0x40000000 | 0x08000000 | 0x04000000
"""User, mounts, network, IPC, host name."""
_READ_ONLY, _NO_SUID, _NO_DEVICES, _REMOUNT = 1, 2, 4, 32
_BIND, _DEEP, _PRIVATE = 0x1000, 0x4000, 0x40000
_KEPT_FLAGS: Final = 0xF  # what a user namespace may not take back from a mount: statvfs(3)
_DETACH: Final = 2
_PIVOT_ROOT: Final = {"x86_64": 155, "aarch64": 41}
_NOBODY_SPECIAL: Final = 1000
"""What a parser believes its number to be."""
_STAGE: Final = "/tmp"  # noqa: S108  # exists everywhere; covered in this mount namespace only
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_SYSTEM: Final = (
    *("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/lib", "/lib64"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/localtime", "/etc/mime.types", "/etc/fonts"),
)


class StuckError(Exception):
    """This process has left its world and cannot enter another: it must not go on."""


def enter_namespaces(*, but_read: Iterable[str], but_write: str) -> bool:
    """Leave the machine's world with the program, `but_read`, and the folder `but_write`.

    Tell whether it took; False when nothing has changed. Goes before `drop_privileges`, and
    `die_with_parent` after it: new credentials make the kernel forget.

    Raises:
        StuckError: The kernel allows the first steps to whoever runs this, and not the others.
    """
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in _PIVOT_ROOT:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    readable = [*_SYSTEM, *_DEVICES, sys.prefix, sys.base_prefix, *sys.path, *but_read]
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_NEW) != 0:
        return False
    try:
        _become_nobody_special(uid, gid)
        _mount(libc, "none", "/", _DEEP | _PRIVATE)
        _make_root(libc, outermost(readable), but_write)
        os.chdir(_STAGE)
        _check(libc.syscall(_PIVOT_ROOT[machine], b".", b"."))
        _check(libc.umount2(b".", _DETACH))
        _mount(libc, "none", "/", _REMOUNT | _READ_ONLY | _NO_SUID | _NO_DEVICES)
        os.chdir(but_write)
    except OSError as error:
        raise StuckError from error
    return True


def outermost(paths: Iterable[str]) -> list[str]:
    """Return the paths that exist, in order, without those below another."""
    found: list[str] = []
    for path in sorted({os.path.abspath(path) for path in paths if path}):  # noqa: PTH100  # no pathlib here: this process starts for every document
        if os.path.exists(path) and not any(path.startswith(f"{each}/") for each in found):  # noqa: PTH110  # as above
            found.append(path)
    return found


def _become_nobody_special(uid: int, gid: int) -> None:
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{_NOBODY_SPECIAL} {uid} 1"),
        ("gid_map", f"{_NOBODY_SPECIAL} {gid} 1"),
    ):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def _make_root(libc: ctypes.CDLL, readable: list[str], writable: str) -> None:
    """Bind everything below `_STAGE`, each at its own path; only `writable` may be written."""
    # What lies in the folder of the stage is about to be covered: it is held while in sight. The
    # rest is not, for a process may have few descriptors.
    paths = [*readable, writable]
    held = {
        path: os.open(path, os.O_PATH | os.O_CLOEXEC)
        for path in paths
        if f"{path}/".startswith(f"{_STAGE}/")
    }
    try:
        _mount(libc, "tmpfs", _STAGE, _NO_SUID | _NO_DEVICES, kind=b"tmpfs", options=b"mode=0755")
        for path in paths:
            source = f"/proc/self/fd/{held[path]}" if path in held else path
            _bind(libc, source, _STAGE + path)
            flags = _NO_SUID if path == writable else _NO_SUID | _READ_ONLY
            _restrict(libc, _STAGE + path, flags if path in _DEVICES else flags | _NO_DEVICES)
    finally:
        for place in held.values():
            os.close(place)


def _bind(libc: ctypes.CDLL, source: str, target: str) -> None:
    if os.path.isdir(source):  # noqa: PTH112  # as above
        os.makedirs(target, exist_ok=True)  # noqa: PTH103  # as above
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120  # as above
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    _mount(libc, source, target, _BIND | _DEEP)


def _restrict(libc: ctypes.CDLL, target: str, flags: int) -> None:
    kept = os.statvfs(target).f_flag & _KEPT_FLAGS
    _mount(libc, "none", target, _BIND | _REMOUNT | kept | flags)


def _mount(
    libc: ctypes.CDLL,
    source: str,
    target: str,
    flags: int,
    *,
    kind: bytes | None = None,
    options: bytes | None = None,
) -> None:
    _check(libc.mount(source.encode(), os.fsencode(target), kind, ctypes.c_ulong(flags), options))


def _check(status: int) -> None:
    if status != 0:
        raise OSError(ctypes.get_errno(), "cannot enter namespaces")
