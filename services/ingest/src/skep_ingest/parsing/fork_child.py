"""`python -I -m skep_ingest.parsing.fork_child FD`: loads parsers, and copies itself when asked.

It never sees a document. One thread: a copy must not find a lock that another thread holds.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
from typing import Final, NoReturn

import msgspec

from skep_ingest.parsing import parse_child
from skep_ingest.parsing.frames import Copied, Ended, MakeCopy, ParserSource, Reap

_MAX_BYTES: Final = 64 * 1024
_places: Final[list[str]] = []
"""Where copies import from."""
_asks: Final = msgspec.msgpack.Decoder(MakeCopy | Reap)


def main() -> None:
    """Serve until the other side is gone; copies that are left end with this process."""
    control = socket.socket(fileno=int(sys.argv[1]))
    loaded: set[tuple[str, ParserSource]] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MAX_BYTES, 2)
        if not message:
            os._exit(0)
        match _asks.decode(message):
            case MakeCopy() as ask:
                _load(ask, loaded)
                pid = os.fork()
                if pid == 0:
                    _become_parser(ask, control, descriptors)
                for descriptor in descriptors:
                    os.close(descriptor)
                control.send(msgspec.msgpack.encode(Copied(pid=pid)))
            case Reap(pid=pid):
                _, status = os.waitpid(pid, 0)
                code = os.waitstatus_to_exitcode(status)
                control.send(msgspec.msgpack.encode(Ended(code=code)))


def _load(ask: MakeCopy, loaded: set[tuple[str, ParserSource]]) -> None:
    """Load a parser once; one that cannot be loaded fails in the copy, where that is told."""
    if (ask.parser, ask.source) in loaded:
        return
    loaded.add((ask.parser, ask.source))
    with contextlib.suppress(Exception):
        parse_child.load_parser(ask.parser, [ask.source])
    _places[:] = _used_places()
    gc.collect()
    gc.freeze()  # a collector that touched these objects would copy the memory they are in


def _used_places() -> list[str]:
    """Return the environment's folders, and of others those that something was loaded from.

    Each costs a copy two mounts, and an environment of sources has one for every distribution.
    """
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    loaded = tuple(file for file in files if file)
    return [
        place
        for place in sys.path
        if place.startswith((sys.prefix, sys.base_prefix))
        or any(file.startswith(f"{place}/") for file in loaded)
    ]


def _become_parser(ask: MakeCopy, control: socket.socket, descriptors: list[int]) -> NoReturn:
    try:
        os.setsid()
        control.close()
        os.dup2(descriptors[0], 0)
        os.dup2(descriptors[1], 1)
        os.closerange(3, max(descriptors) + 1)
        signal.set_wakeup_fd(-1)
        sys.path[:] = _places
        os.chdir(ask.folder)
        os.environ.update(HOME=ask.folder, TMPDIR=ask.folder)
        parse_child.main()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
