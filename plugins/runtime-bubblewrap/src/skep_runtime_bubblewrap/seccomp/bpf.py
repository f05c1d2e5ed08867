"""Turns rules about system calls into a classic BPF program (Linux: seccomp(2), linux/filter.h)."""

import errno
import struct
from collections.abc import Mapping
from typing import Final

import msgspec

from skep_runtime_bubblewrap.seccomp.numbers import Machine

_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_AND: Final = 0x54  # BPF_ALU | BPF_AND | BPF_K
_JUMP: Final = 0x05  # BPF_JMP | BPF_JA
_JUMP_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_AT_LEAST: Final = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K

_ALLOW: Final = 0x7FFF0000
_KILL_PROCESS: Final = 0x80000000
_ERRNO: Final = 0x00050000

_NUMBER_AT: Final = 0  # offsets in struct seccomp_data
_ARCHITECTURE_AT: Final = 4
_ARGUMENTS_AT: Final = 16

MAX_INSTRUCTIONS: Final = 4096

Instruction = tuple[int, int, int, int]
"""Operation, distance to jump when true, when false, and the constant."""

_GRANT: Final[Instruction] = (_RETURN, 0, 0, _ALLOW)
_REFUSE: Final[Instruction] = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
_UNKNOWN: Final[Instruction] = (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)


class Argument(msgspec.Struct, frozen=True):
    """A demand on an argument: its lower word, masked, is one of `values`.

    The kernel itself reads no more than the lower word of the arguments that are tested here, so
    the upper word must not matter. A pointer is compared whole: `is_null`.
    """

    index: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    is_pointer: bool = False


def is_null(index: int) -> Argument:
    """Demand that the pointer at `index` is null."""
    return Argument(index, (0,), is_pointer=True)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What a filter says about calls, by name. Whatever is named nowhere answers ENOSYS.

    `checked` calls are allowed when every demand on their arguments holds, else refused.
    """

    allowed: frozenset[str]
    checked: Mapping[str, tuple[Argument, ...]]
    refused: frozenset[str]


def assemble(rules: Rules, machine: Machine) -> bytes:
    """Return the program as an array of ``struct sock_filter``.

    Names that the machine does not have are left out, for the same list serves all machines.

    Raises:
        ValueError: A name is in two lists, or the program is longer than the kernel takes.
    """
    names = [*rules.allowed, *rules.checked, *rules.refused]
    if len(names) != len(set(names)):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"calls with two rules: {', '.join(twice)}")
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    for name, demands in sorted(rules.checked.items()):
        if name in machine.numbers:
            body = [_GRANT, _REFUSE]
            for demand in reversed(demands):
                body = _compare(demand, body)
            program += [(_JUMP_EQUAL, 0, len(body), machine.numbers[name]), *body]
    answers = {machine.numbers[name]: _GRANT for name in rules.allowed if name in machine.numbers}
    answers |= {machine.numbers[name]: _REFUSE for name in rules.refused if name in machine.numbers}
    program += _search(_ranges(answers))
    if len(program) > MAX_INSTRUCTIONS:
        raise ValueError(f"{len(program)} instructions; the kernel takes {MAX_INSTRUCTIONS}")
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _ranges(answers: Mapping[int, Instruction]) -> list[tuple[int, Instruction]]:
    """Return where each run of equal answers begins, from zero on; gaps answer ENOSYS."""
    ranges = [(0, answers.get(0, _UNKNOWN))]
    for number in range(1, max(answers, default=0) + 2):
        answer = answers.get(number, _UNKNOWN)
        if answer != ranges[-1][1]:
            ranges.append((number, answer))
    return ranges


def _search(ranges: list[tuple[int, Instruction]]) -> list[Instruction]:
    """Return a binary search: installing a filter tries every call, so a long chain costs time."""
    if len(ranges) == 1:
        return [ranges[0][1]]
    middle = len(ranges) // 2
    low, high = _search(ranges[:middle]), _search(ranges[middle:])
    # Distances have eight bits; the far half is reached by a jump that has thirty-two.
    return [(_JUMP_AT_LEAST, 0, 1, ranges[middle][0]), (_JUMP, 0, 0, len(low)), *low, *high]


def _compare(demand: Argument, body: list[Instruction]) -> list[Instruction]:
    """Put a demand before `body`: go on there when it holds, else jump to its last instruction."""
    place = _ARGUMENTS_AT + 8 * demand.index
    if demand.is_pointer:
        body = [(_LOAD, 0, 0, place + 4), (_JUMP_EQUAL, 0, len(body) - 1, 0), *body]
    last = len(demand.values) - 1
    matches = [
        (_JUMP_EQUAL, last - position, 0 if position < last else len(body) - 1, value)
        for position, value in enumerate(demand.values)
    ]
    return [(_LOAD, 0, 0, place), (_AND, 0, 0, demand.mask), *matches, *body]
