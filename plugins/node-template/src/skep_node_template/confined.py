"""The renderer in a process of its own, where running wild costs nobody but the template.

One is started when first needed and serves one template after the other. It limits its own memory
and the processor time of each template; one that exceeds them takes the process down, not us.
"""

import os
import selectors
import struct
import subprocess
import sys
import time
from threading import Lock
from typing import Any, Final

import msgspec

from skep_node_template.rendering import TemplateFault

MAX_WAIT_S: Final = 10.0
"""For a reply; the renderer gives up far earlier unless the machine is overloaded."""
LENGTH: Final = struct.Struct(">I")


class Renderer:
    """The child process and the pipes to it. One template at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def render(self, request: bytes) -> str:
        """Send an encoded template with its values, and return the text.

        Raises:
            TemplateFault: It fails, or exceeds its time or memory.
        """
        with self._lock:
            process = self._started()
            try:
                kind, *found = self._exchange(process, request)
            except (EOFError, OSError, msgspec.DecodeError):
                self._stop()
                raise TemplateFault("it takes too long, or more memory than it may") from None
        if kind == "text":
            return str(found[0])
        raise TemplateFault(str(found[0]), found[1])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "skep_node_template.renderer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            bufsize=0,
            start_new_session=True,  # an interrupt meant for us must not look like its failure
        )
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], request: bytes) -> Any:
        if process.stdin is None or process.stdout is None:
            raise EOFError
        _write(process.stdin, LENGTH.pack(len(request)) + request)
        deadline = time.monotonic() + MAX_WAIT_S
        (length,) = LENGTH.unpack(_read(process.stdout, LENGTH.size, deadline))
        return msgspec.msgpack.decode(_read(process.stdout, length, deadline))

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def __del__(self) -> None:
        self._stop()


def _write(pipe: Any, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[pipe.write(view) :]


def _read(pipe: Any, size: int, deadline: float) -> bytes:
    found = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while len(found) < size:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise EOFError
            piece = pipe.read(size - len(found))
            if not piece:
                raise EOFError
            found += piece
    return bytes(found)


_renderer: Final = Renderer()


def render(request: bytes) -> str:
    """Render ``(template, values)``, encoded as MessagePack, in the confined process."""
    return _renderer.render(request)
