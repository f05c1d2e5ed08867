"""A parser plugin that does what the document says; copied into a folder of plugins by tests."""

import base64
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Block, ParserDescription


class HostileParser:
    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        deed, *words = Path(path).read_text().split(" ")
        name = "_".join([deed, *(words if deed == "long" else [])])
        yield from getattr(self, f"do_{name}")(*([] if deed == "long" else words))

    def do_hang(self) -> Iterator[Block]:
        yield Block(text="before")
        time.sleep(600)

    def do_spin(self) -> Iterator[Block]:
        yield Block(text="before")
        for _ in range(10**12):
            pass

    def do_eat(self) -> Iterator[Block]:
        held = [bytearray(10_000_000) for _ in range(100_000)]
        yield Block(text=str(len(held)))

    def do_crash(self) -> Iterator[Block]:
        import ctypes

        yield Block(text="before")
        ctypes.string_at(0)

    def do_exit(self) -> Iterator[Block]:
        yield Block(text="before")
        os._exit(0)

    def do_raise(self) -> Iterator[Block]:
        yield Block(text="before")
        raise RuntimeError("hunter2")

    def do_quit(self) -> Iterator[Block]:
        yield Block(text="before")
        sys.exit(0)

    def do_garbage(self) -> Iterator[Block]:
        yield Block(text="before")
        _say(b"\0\0\0\5abcde" * 1000)

    def do_long_frame(self) -> Iterator[Block]:
        yield Block(text="before")
        _say(b"\xff\xff\xff\xff" + b"x" * 100_000)

    def do_endless(self) -> Iterator[Block]:
        while True:
            yield Block(text="honey " * 20_000)

    def do_nothing(self) -> Iterator[Block]:
        return iter(())

    def do_program(self, encoded: str) -> Iterator[Block]:
        program = json.loads(base64.b64decode(encoded))
        names: dict[str, Any] = {}
        exec(program["code"], names)
        yield Block(text=json.dumps(names["main"](**program["inputs"])))

    def do_escape(self, secret: str, worker: str) -> Iterator[Block]:
        tried = {
            "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "file": lambda: Path(secret).read_text(),
            "environ": lambda: Path(f"/proc/{worker}/environ").read_bytes(),
            "fork": os.fork,
            "exec": lambda: os.execv("/bin/true", ["true"]),
            "signal": lambda: os.kill(int(worker), signal.SIGCONT),
            "limit": lambda: resource.setrlimit(resource.RLIMIT_CPU, (900, 900)),
        }
        said = [f"{what}:{_tried(deed)}" for what, deed in tried.items()]
        said.append(f"variables:{'some' if 'SKEP_VAULT__KEY' in os.environ else 'none'}")
        Path("scratch").write_text("x")
        said.append("scratch:ok")
        thread = threading.Thread(target=lambda: said.append("thread:ok"))
        thread.start()
        thread.join()
        yield Block(text="said " + " ".join(said))


def _tried(deed: Callable[[], object]) -> str:
    try:
        deed()
    except (OSError, ValueError) as error:
        return type(error).__name__
    return "done"


def _say(data: bytes) -> None:
    """Write where frames go, whichever descriptor that is."""
    for number in range(3, 64):
        try:
            os.write(number, data)
        except OSError:
            continue
    os._exit(0)


@hookimpl
def skep_parsers() -> list[ParserDescription]:
    return [
        ParserDescription(
            name="hostile",
            title="Hostile",
            mime_types=(),
            extensions=(".hostile",),
            factory=HostileParser,
        )
    ]
