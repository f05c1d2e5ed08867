"""Sees what code does to the world around it: files, sockets, processes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_WATCHED: Final = (
    "open",
    "os.listdir",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "shutil.",
    "socket.",
    "subprocess.",
    "tempfile.",
    "urllib.",
)


class Witness:
    """What was tried while it was forbidden."""

    def __init__(self) -> None:
        self.seen: list[str] = []


class TouchedTheWorldError(Exception):
    """Raised inside code that tried to do what it said it would not."""


_witnesses: list[Witness] = []


def _hook(event: str, _arguments: tuple[object, ...]) -> None:
    if _witnesses and event.startswith(_WATCHED):
        _witnesses[-1].seen.append(event)
        raise TouchedTheWorldError(event)


_installed: list[bool] = []


@contextmanager
def forbidden_io() -> Iterator[Witness]:
    """Refuse files, sockets and processes inside the block, and note each try.

    An audit hook cannot be removed; it is installed once and does nothing outside such blocks.
    """
    if not _installed:
        sys.addaudithook(_hook)
        _installed.append(True)
    witness = Witness()
    _witnesses.append(witness)
    try:
        yield witness
    finally:
        _witnesses.remove(witness)
