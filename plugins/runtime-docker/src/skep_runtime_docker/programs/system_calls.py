"""Inside the container: takes system calls away from this process (seccomp(2), classic BPF).

The engine's allow-list stands already. What it leaves for the keeper goes here, and what would
matter most if an engine took no profile.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterator

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_FOREIGN_TABLE = 0x40000000  # x32 calls on x86-64
_FIRST_ARGUMENT, _SECOND_ARGUMENT, _THIRD_ARGUMENT = 16, 24, 32
_NEW_THREAD = 0x00010100  # CLONE_THREAD | CLONE_VM
_NEW_ANYTHING = 0x7E020080  # namespaces
_NAMES = (15, 16, 0x53564D41)
"""What prctl may: set and get the thread's name, name a mapping."""

# Numbers on x86-64 and on AArch64; None where a machine has no such call. The engine's profile
# allows for the keeper's sake, or an engine that takes no profile might allow, each of these.
_AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "accept": (43, 202),
    "accept4": (288, 242),
    "add_key": (248, 217),
    "bind": (49, 200),
    "bpf": (321, 280),
    "capset": (126, 91),
    "chroot": (161, 51),
    "connect": (42, 203),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "io_uring_setup": (425, 425),
    "ioprio_set": (251, 30),
    "keyctl": (250, 219),
    "landlock_add_rule": (445, 445),
    "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446),
    "listen": (50, 201),
    "memfd_create": (319, 279),
    "mount": (165, 40),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "recvmsg": (47, 212),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "sched_setscheduler": (144, 119),
    "seccomp": (317, 277),
    "sendmsg": (46, 211),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "setrlimit": (160, 164),
    "setsid": (112, 157),
    "setsockopt": (54, 208),
    "socket": (41, 198),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vfork": (58, None),
    "wait4": (61, 260),
    "waitid": (247, 95),
    "tkill": (200, 130),  # names a thread, which may be anybody's
}
_CLONE, _CLONE3, _PRCTL, _PRLIMIT = (56, 220), 435, (157, 167), (302, 261)
_SENDTO, _GETPRIORITY = (44, 206), (140, 141)
_SIGNALS = ((62, 129), (234, 131))
"""kill and tgkill: to itself only."""

_Program = list[tuple[int, int, int, int]]
_REFUSE = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
_GRANT = (_RETURN, 0, 0, _ALLOW)


def forbid() -> None:
    """Put the filter in force for this process, for good; takes no_new_privs before it.

    Raises:
        OSError: There is none for this machine, or the kernel refused it.
    """
    machine = os.uname().machine
    if machine not in _AUDIT:
        raise OSError(errno.ENOSYS, f"no filter of system calls for {machine}")
    code = b"".join(struct.pack("=HBBI", *each) for each in _program(machine))
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    header = ctypes.create_string_buffer(program, len(program))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(header), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")


def _program(machine: str) -> _Program:
    column = list(_AUDIT).index(machine)
    own = os.getpid()
    program = [
        (_LOAD, 0, 0, 4),  # the table the number belongs to
        (_EQUAL, 1, 0, _AUDIT[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),  # the number
        (_AT_LEAST, 0, 1, _FOREIGN_TABLE),
        _REFUSE,
        (_EQUAL, 0, 1, _CLONE3),  # its flags cannot be seen; libraries fall back to clone
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    for numbers in _REFUSED.values():
        number = numbers[column]
        if number is not None:
            program += [(_EQUAL, 0, 1, number), _REFUSE]
    threads = [
        (_AND, 0, 0, _NEW_THREAD | _NEW_ANYTHING),
        (_EQUAL, 0, 1, _NEW_THREAD),
        _GRANT,
        _REFUSE,
    ]
    program += _when(_CLONE[column], _FIRST_ARGUMENT, threads)
    program += _when(_PRCTL[column], _FIRST_ARGUMENT, list(_one_of(*_NAMES)))
    for signals in _SIGNALS:
        program += _when(signals[column], _FIRST_ARGUMENT, list(_one_of(own)))
    program += _when(_GETPRIORITY[column], _SECOND_ARGUMENT, list(_one_of(0, own)))
    # Reading limits of itself; no address to send to. Both words of a pointer must be null.
    program += _when(
        _PRLIMIT[column], _FIRST_ARGUMENT, [(_EQUAL, 1, 0, 0), _REFUSE, *_null(_THIRD_ARGUMENT)]
    )
    program += _when(_SENDTO[column], _FIRST_ARGUMENT, list(_null(_FIRST_ARGUMENT + 4 * 8)))
    return [*program, _GRANT]


def _when(number: int, argument: int, body: _Program) -> _Program:
    """Decide about one call by the lower word of an argument; `body` never falls through."""
    return [(_EQUAL, 0, len(body) + 1, number), (_LOAD, 0, 0, argument), *body]


def _one_of(*values: int) -> Iterator[tuple[int, int, int, int]]:
    for value in values:
        yield from ((_EQUAL, 0, 1, value), _GRANT)
    yield _REFUSE


def _null(argument: int) -> Iterator[tuple[int, int, int, int]]:
    yield from (
        (_LOAD, 0, 0, argument),
        (_EQUAL, 1, 0, 0),
        _REFUSE,
        (_LOAD, 0, 0, argument + 4),
        (_EQUAL, 1, 0, 0),
        _REFUSE,
        _GRANT,
    )
