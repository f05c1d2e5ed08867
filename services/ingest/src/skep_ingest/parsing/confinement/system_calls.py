"""Takes sockets, programs and signals away from this process (seccomp(2), filter of classic BPF).

The list names what must not be; anything else a parser may need is left to it, for the walls
around files and memory stand already.
"""

import ctypes
import errno
import os
import struct
import sys
from typing import Final

_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2
_LOAD: Final = 0x20
_EQUAL: Final = 0x15
_AT_LEAST: Final = 0x35
_HAS_BITS: Final = 0x45
_RETURN: Final = 0x06
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_ERRNO: Final = 0x00050000
_FOREIGN_TABLE: Final = 0x40000000  # x32 calls on x86-64
_NEW_THREAD: Final = 0x00010000

# Numbers on x86-64 and on AArch64; None where a machine has no such call.
_AUDIT: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_FORBIDDEN: Final[dict[str, tuple[int | None, int | None]]] = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "prlimit64": (302, 261),
    "setrlimit": (160, 164),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "personality": (135, 92),
}
_CLONE: Final = (56, 220)
_CLONE3: Final = 435


def forbid_system_calls() -> bool:
    """Refuse the forbidden calls from now on; tell whether it took. Needs `drop_privileges`."""
    machine = os.uname().machine
    if sys.platform != "linux" or machine not in _AUDIT:
        return False
    code = b"".join(struct.pack("=HBBI", *each) for each in _program(machine))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, program, 0, 0) == 0)


def _program(machine: str) -> list[tuple[int, int, int, int]]:
    column = list(_AUDIT).index(machine)
    refuse = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    program = [
        (_LOAD, 0, 0, 4),  # the table the number belongs to
        (_EQUAL, 1, 0, _AUDIT[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the number
        (_AT_LEAST, 0, 1, _FOREIGN_TABLE),
        refuse,
        (_EQUAL, 0, 1, _CLONE3),  # its flags cannot be seen; libraries fall back to clone
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    for numbers in _FORBIDDEN.values():
        number = numbers[column]
        if number is not None:
            program += [(_EQUAL, 0, 1, number), refuse]
    return [
        *program,
        (_EQUAL, 0, 3, _CLONE[column]),
        (_LOAD, 0, 0, 16),  # the lower half of the flags
        (_HAS_BITS, 1, 0, _NEW_THREAD),  # a thread is fine, a process is not
        refuse,
        (_RETURN, 0, 0, _ALLOW),
    ]
