"""Takes the file system away from this process (Landlock, Linux 5.13 and later; landlock(7))."""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from typing import Final

_CREATE_RULESET: Final = 444  # the same numbers on every machine
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_VERSION_FLAG: Final = 1
_PATH_BENEATH: Final = 1

_READ_FILE: Final = 1 << 2
_READ_FOLDER: Final = 1 << 3
_WRITE: Final = sum(1 << bit for bit in (1, 4, 5, 7, 8))  # write, remove, make folder and file
_TRUNCATE: Final = 1 << 14
_KNOWN_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""By version of the interface: how many rights, from bit 0, it knows."""
_NO_TCP: Final = 0b11
_NO_SIGNALS_OR_ABSTRACT_SOCKETS: Final = 0b11
_SYSTEM: Final = (
    *("/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/lib", "/lib64"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/localtime", "/etc/mime.types", "/etc/fonts"),
    *("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"),
)


def forbid_files(*, but_read: Iterable[str], but_write: str) -> bool:
    """Leave the program, what `but_read` names, and the folder `but_write`; tell whether it took.

    Needs `drop_privileges` before it.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    if version < 1:
        return False
    rights = (1 << _KNOWN_RIGHTS[min(version, max(_KNOWN_RIGHTS))]) - 1
    attributes = struct.pack("=Q", rights)
    if version >= 4:
        attributes += struct.pack("=Q", _NO_TCP)
    if version >= 6:
        attributes += struct.pack("=Q", _NO_SIGNALS_OR_ABSTRACT_SOCKETS)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    readable = [*_SYSTEM, sys.prefix, sys.base_prefix, *sys.path, *but_read]
    for path in dict.fromkeys(filter(None, readable)):
        _allow(libc, ruleset, path, _READ_FILE | _READ_FOLDER)
    _allow(libc, ruleset, but_write, rights & (_READ_FILE | _READ_FOLDER | _WRITE | _TRUNCATE))
    is_done = bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return is_done


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no permission
    if not os.path.isdir(path):  # noqa: PTH112  # no pathlib here: this process starts for every document
        rights &= _READ_FILE
    rule = struct.pack("=Qi", rights, place)
    libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    os.close(place)
