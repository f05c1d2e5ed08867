"""The filters, run by a small machine of our own: what each answers to a call."""

import errno
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_runtime_bubblewrap.seccomp.bpf import Argument, Rules, assemble, is_null
from skep_runtime_bubblewrap.seccomp.filters import ENGINE, FINAL, OUTER, programs
from skep_runtime_bubblewrap.seccomp.numbers import MACHINES

ALLOWED = "allowed"
KILLED = "killed"
X86 = MACHINES["x86_64"]
every_machine = pytest.mark.parametrize("name", MACHINES)


def answer(program: bytes, number: int, *arguments: int, audit: int = X86.audit) -> str | int:
    """Run a program on a call; return ``allowed``, ``killed`` or an error number."""
    data = struct.pack("=iIQ6Q", number, audit, 0, *(*arguments, *(0,) * (6 - len(arguments))))
    instructions = list(struct.iter_unpack("=HBBI", program))
    register = place = 0
    while True:
        code, when_true, when_false, constant = instructions[place]
        place += 1
        match code:
            case 0x20:
                (register,) = struct.unpack_from("=I", data, constant)
            case 0x54:
                register &= constant
            case 0x05:
                place += constant
            case 0x15:
                place += when_true if register == constant else when_false
            case 0x35:
                place += when_true if register >= constant else when_false
            case 0x06:
                if constant == 0x7FFF0000:
                    return ALLOWED
                return KILLED if constant == 0x80000000 else constant & 0xFFFF
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


@every_machine
@pytest.mark.parametrize("rules", [OUTER, FINAL, ENGINE], ids=["outer", "final", "engine"])
def test_every_rule_is_obeyed(name: str, rules: Rules) -> None:
    machine = MACHINES[name]
    program = assemble(rules, machine)

    for call, number in machine.numbers.items():
        given = answer(program, number, audit=machine.audit)
        if call in rules.allowed:
            assert given == ALLOWED, call
        elif call in rules.refused:
            assert given == errno.EPERM, call
        elif call not in rules.checked:
            assert given == errno.ENOSYS, call


@every_machine
def test_numbers_that_mean_nothing_are_unknown(name: str) -> None:
    machine = MACHINES[name]
    program = assemble(FINAL, machine)

    for number in (*range(1500), 1 << 20, (1 << 31) - 1, -1, 0x40000000, 0x40000027):
        if number not in machine.numbers.values():
            assert answer(program, number, audit=machine.audit) == errno.ENOSYS, number


@every_machine
def test_another_instruction_set_ends_the_process(name: str) -> None:
    machine = MACHINES[name]
    for program in (assemble(OUTER, machine), assemble(FINAL, machine)):
        for audit in (0x40000003, 0x40000028, 0, machine.audit ^ 1):
            for number in (0, 1, 20, 59, 0x40000000):
                assert answer(program, number, audit=audit) == KILLED


def test_final_filter_allows_nothing_that_the_outer_refuses() -> None:
    assert FINAL.allowed <= OUTER.allowed
    assert FINAL.checked.keys() <= OUTER.checked.keys() | OUTER.allowed
    assert OUTER.refused <= FINAL.refused


@pytest.mark.parametrize(
    "call",
    [
        *("execve", "execveat", "fork", "vfork", "socket", "connect", "bind", "mount", "umount2"),
        *("unshare", "setns", "ptrace", "process_vm_writev", "bpf", "keyctl", "io_uring_setup"),
        *("memfd_create", "userfaultfd", "perf_event_open", "setrlimit", "seccomp", "chroot"),
        *("pivot_root", "shmget", "personality", "setuid", "mknod", "reboot", "kexec_load"),
    ],
)
def test_hostile_call_is_refused_by_name(call: str) -> None:
    assert answer(assemble(FINAL, X86), X86.numbers[call]) == errno.EPERM


def final(call: str, *arguments: int) -> str | int:
    return answer(assemble(FINAL, X86), X86.numbers[call], *arguments)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (0x3D0F00, ALLOWED),  # what a thread library asks for
        (0x3D0F00 | 1 << 40, ALLOWED),  # the kernel does not read the upper half
        (0x11, errno.EPERM),  # fork
        (0x4111, errno.EPERM),  # vfork
        (0x3D0F00 & ~0x10000, errno.EPERM),
        (0x3D0F00 & ~0x100, errno.EPERM),
        *((0x3D0F00 | 1 << bit, errno.EPERM) for bit in (17, 25, 26, 27, 28, 29, 30)),
    ],
)
def test_clone_makes_threads_alone(flags: int, expected: str | int) -> None:
    assert final("clone", flags) == expected


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        ("socketpair", (1, 1), ALLOWED),
        ("socketpair", (1, 1 | 0x80800), ALLOWED),
        ("socketpair", (1, 2), errno.EPERM),
        ("socketpair", (1, 5), errno.EPERM),
        ("socketpair", (2, 1), errno.EPERM),
        ("sendto", (3, 0, 0, 0, 0), ALLOWED),
        ("sendto", (3, 0, 0, 0, 8), errno.EPERM),
        ("sendto", (3, 0, 0, 0, 1 << 32), errno.EPERM),
        ("prlimit64", (0, 7, 0), ALLOWED),
        ("prlimit64", (0, 7, 1 << 32), errno.EPERM),
        ("prlimit64", (2, 7, 0), errno.EPERM),
        ("ioctl", (1, 0x5401), ALLOWED),
        ("ioctl", (1, 0x5412), errno.EPERM),
        ("ioctl", (1, 0x5412 | 1 << 32), errno.EPERM),
        ("ioctl", (1, 0x541C), errno.EPERM),
        ("prctl", (15,), ALLOWED),
        ("prctl", (22,), errno.EPERM),
        ("prctl", (4,), errno.EPERM),
        ("fcntl", (1, 1030), ALLOWED),
        ("fcntl", (1, 1031), errno.EPERM),
        ("fcntl", (1, 8), errno.EPERM),
    ],
)
def test_arguments_decide(call: str, arguments: tuple[int, ...], expected: str | int) -> None:
    assert final(call, *arguments) == expected


@given(
    st.dictionaries(
        st.sampled_from(sorted(X86.numbers)), st.sampled_from("arc"), min_size=1, max_size=60
    ),
    st.lists(
        st.tuples(st.integers(0, 5), st.lists(st.integers(0, 2**16), min_size=1, max_size=8)),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.integers(0, 2**64 - 1), min_size=6, max_size=6),
)
def test_assembled_rules_mean_what_they_say(
    kinds: dict[str, str], demands: list[tuple[int, list[int]]], arguments: list[int]
) -> None:
    tests = tuple(Argument(index, tuple(values), 0xFFFF) for index, values in demands)
    tests += (is_null(0),)
    rules = Rules(
        allowed=frozenset(name for name, kind in kinds.items() if kind == "a"),
        refused=frozenset(name for name, kind in kinds.items() if kind == "r"),
        checked={name: tests for name, kind in kinds.items() if kind == "c"},
    )
    program = assemble(rules, X86)
    holds = arguments[0] == 0 and all(
        arguments[index] & 0xFFFF in values for index, values in demands
    )

    for name, kind in kinds.items():
        expected = {"a": ALLOWED, "r": errno.EPERM, "c": ALLOWED if holds else errno.EPERM}[kind]
        assert answer(program, X86.numbers[name], *arguments) == expected


def test_call_with_two_rules_is_a_mistake() -> None:
    rules = Rules(allowed=frozenset({"read"}), checked={}, refused=frozenset({"read"}))

    with pytest.raises(ValueError, match="read"):
        assemble(rules, X86)


def test_unknown_machine_has_no_filter() -> None:
    with pytest.raises(KeyError):
        programs("pdp11")


def test_engines_filter_allows_a_part_of_the_final_one() -> None:
    assert FINAL.allowed >= ENGINE.allowed
    assert not ENGINE.checked
    for call in ("openat", "open", "clone", "kill", "socketpair", "unlink", "stat", "fcntl"):
        assert answer(assemble(ENGINE, X86), X86.numbers[call]) == errno.EPERM, call
