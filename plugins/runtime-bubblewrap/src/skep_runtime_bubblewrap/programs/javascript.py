"""Inside the sandbox, confined: runs JavaScript in QuickJS, calls its `main`, reports on a pipe.

The engine and what it is given (`prelude.js`, `web.js`) are made once, before any fork. User code
has no system call within reach; whatever it makes of its own realm, it decides its own result and
nothing else. Each text that comes out of the engine is treated as hostile.
"""

import json
import os
import re
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _quickjs

from skep_runtime_bubblewrap.programs.channel import FAULT, RESULT, Bounds, Channel, read_frame

_STACK_BYTES = 4 * 1024 * 1024
_MAX_MESSAGE = 4_000
_MAX_LINES_SHOWN = 8
_MAX_RANDOM_BYTES = 65_536
_SOURCES = ("prelude.js", "web.js")

_PENDING, _RESULT = "P", "R"
_OUT_OF_MEMORY = "The code needs more memory than it may use."
_NO_MAIN = "The code defines no function main({...}) that returns an object."
_NEVER = "main returned a promise that never settles: nothing is left to wait for."
_NOTHING = {"null", "thrown: null"}

_FRAME = re.compile(r"^    at (.*) \(<input>:(\d+):\d+\)$")
_PLACE = re.compile(r"^    at <input>:(\d+):\d+$", re.MULTILINE)
_RUNNING = re.compile(r"^    at .* \(", re.MULTILINE)
_OURS = re.compile(r"^    at <skep>", re.MULTILINE)
_MISSING = re.compile(r"^ReferenceError: (\w+) is not defined$")
_HINTS = {
    **dict.fromkeys(
        ("require", "module", "exports"), "there are no modules here, only the language itself"
    ),
    **dict.fromkeys(
        ("fetch", "XMLHttpRequest", "WebSocket"),
        "the sandbox has no network; get what the code needs in a node before it",
    ),
    **dict.fromkeys(("process", "global", "__dirname", "setImmediate"), "this is not Node.js"),
    **dict.fromkeys(("window", "document", "localStorage"), "this is not a browser"),
    "Buffer": "this is not Node.js; use Uint8Array, TextEncoder, atob and btoa",
    "URL": "it is not part of this engine; URLSearchParams and encodeURIComponent are",
    "Intl": "it is not part of this engine",
    "WebAssembly": "it is not part of this engine",
}
_REHEARSAL = """
(function main({number}) {
  const list = [1, 2, 3].map((item) => item * number);
  return {total: list.reduce((sum, item) => sum + item, 0), text: `${number}`, list};
})
"""
_MODULE = re.compile(r"^\s*(?:export|import)\b", re.MULTILINE)
_MODULE_HINT = "The code is a script, not a module: write function main({...}) without export."


class Engine:
    """A realm with what user code may expect in it, and the doors to call into it."""

    def __init__(self) -> None:
        self.context = _quickjs.Context()
        self.context.set_max_stack_size(_stack_bytes())
        self.context.add_callable("write", _write)
        self.context.add_callable("entropy", _entropy)
        door = self.context.eval(_source("prelude.js"))
        self.context.eval(_source("web.js"))
        self.seed, self.call, self.status, self.payload, self.next_timer, self.fire_timer = (
            door(name) for name in ("seed", "call", "status", "payload", "next_timer", "fire_timer")
        )

    def rehearse(self) -> None:
        """Go the way of a run; nothing of it stays in the realm."""
        self.call(self.context.eval(_REHEARSAL), '{"number":1}')
        self.payload()


class JavaScriptGuest:
    """One run of user code, from reading it to reporting."""

    def __init__(self, engine: Engine, channel: Channel, bounds: Bounds) -> None:
        self._engine = engine
        self._channel = channel
        self._bounds = bounds
        self._lines: list[str] = []
        # A little less than the process may take, which must have room for the result.
        engine.context.set_memory_limit(bounds.memory_bytes * 15 // 16)
        engine.seed(*(int.from_bytes(os.urandom(4), "big") for _ in range(4)))

    def rehearse(self) -> None:
        """Run code of ours without a report, so that what a run touches is in place."""
        self._engine.rehearse()

    def run(self, request: int) -> None:
        """Read a request, run it, report. The caller ends the process afterwards."""
        body = json.loads(read_frame(request))
        os.close(request)
        try:
            self._carry_out(body["code"], json.dumps(body["inputs"]))
        except MemoryError:
            self._fault("out_of_memory", _OUT_OF_MEMORY)
        except _quickjs.JSException as error:
            self._thrown(_text(error))
        except UnicodeDecodeError:
            self._fault("exception", "The code threw a text that is not valid Unicode.")

    def _carry_out(self, source: str, inputs: str) -> None:
        self._lines = source.split("\n")
        if "\0" in source:
            self._fault("syntax", "SyntaxError: the code contains a null character.")
            return
        context = self._engine.context
        try:
            context.eval(source)
        except _quickjs.JSException as error:
            self._not_loaded(_text(error))
            return
        except (TypeError, ValueError):
            pass  # it was loaded: the last expression has a value that Python cannot hold
        main = _lookup(context)
        if main is None:
            self._fault("no_main", _NO_MAIN)
            return
        status = self._engine.call(main, inputs)
        while status == _PENDING:
            while context.execute_pending_job():
                pass
            status = self._engine.status()
            if status == _PENDING and not self._wait():
                self._fault("exception", _NEVER)
                return
        self._conclude(status, self._engine.payload())

    def _wait(self) -> bool:
        """Wait for the next timer and let it fire; tell whether there was one."""
        delay_ms = self._engine.next_timer()
        if delay_ms is None:
            return False
        if delay_ms > 0:
            time.sleep(delay_ms / 1000)
        self._engine.fire_timer()
        return True

    def _conclude(self, status: object, payload: object) -> None:
        """Report what the realm says of `main`."""
        if not isinstance(payload, str):
            self._fault("out_of_memory", _OUT_OF_MEMORY)  # there was no room for the text
        elif status == _RESULT:
            self._report(payload.encode())
        else:
            said = json.loads(payload)
            if said["fault"] == "exception":
                self._thrown(f"{said['text']}\n{said['stack']}")
            else:
                self._fault(said["fault"], said["text"])

    def _report(self, body: bytes) -> None:
        if len(body) > self._bounds.output_bytes:
            self._fault(
                "too_much_output",
                f"The result takes {len(body):,} bytes as JSON; "
                f"the limit is {self._bounds.output_bytes:,}.",
            )
        else:
            self._channel.send(RESULT, body)

    def _not_loaded(self, text: str) -> None:
        """Tell a mistake of syntax from an error that the code raised while it was loaded."""
        if not text.startswith("SyntaxError") or _RUNNING.search(text):
            self._thrown(text)
            return
        message = text.partition("\n")[0]
        place = _PLACE.search(text)
        line = int(place[1]) if place else None
        if line is not None:
            message += f" (line {line}){self._line_text(line)}"
        if _MODULE.search(self._line_of(line)):
            message += f". {_MODULE_HINT}"
        self._fault("syntax", message, line)

    def _thrown(self, text: str) -> None:
        """Report an error from its text and, in the lines that follow, its stack."""
        if "InternalError: out of memory" in text[:_MAX_MESSAGE] or self._was_full(text):
            self._fault("out_of_memory", _OUT_OF_MEMORY)
            return
        ours = _OURS.search(text)
        head, frames = _split(text[: ours.start()] if ours else text)
        if missing := _MISSING.match(head):
            hint = _HINTS.get(missing[1])
            head += f" ({hint})" if hint else ""
        message = head[: _MAX_MESSAGE // 2]
        for line, function in reversed(frames[:_MAX_LINES_SHOWN]):
            message += f"\n  line {line}, in {function[:200]}{self._line_text(line)}"
        self._fault("exception", message, frames[0][0] if frames else None)

    def _was_full(self, text: str) -> bool:
        """Tell whether null was thrown because there was no room for an error."""
        if text.strip() not in _NOTHING:
            return False
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return peak > self._bounds.memory_bytes // 2

    def _fault(self, fault: str, message: str, line: int | None = None) -> None:
        text = message[:_MAX_MESSAGE].encode("utf-8", "replace").decode()
        report = {"fault": fault, "message": text, "line": line}
        self._channel.send(FAULT, json.dumps(report).encode())

    def _line_of(self, line: int | None) -> str:
        return self._lines[line - 1] if line and line <= len(self._lines) else ""

    def _line_text(self, line: int) -> str:
        text = self._line_of(line).strip()[:200]
        return f": {text}" if text else ""


def make_ready() -> Callable[[Channel, Bounds], JavaScriptGuest]:
    """Make the engine, and go the way of a run; return what makes a guest in a fork."""
    engine = Engine()
    engine.rehearse()
    engine.context.gc()
    return lambda channel, bounds: JavaScriptGuest(engine, channel, bounds)


def _lookup(context: Any) -> object | None:
    """Return the function `main`, however it was declared; None when there is none."""
    main = context.eval("typeof main === 'function' ? main : null")
    return main if isinstance(main, _quickjs.Object) else None


def _split(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Split what was thrown from the frames that are the author's own, innermost first."""
    head: list[str] = []
    frames: list[tuple[int, str]] = []
    for line in text.split("\n"):
        if frame := _FRAME.match(line):
            name = {"<eval>": "the code", "<anonymous>": "a function"}.get(frame[1], frame[1])
            frames.append((int(frame[2]), name))
        elif not line.startswith("    at "):
            head.append(line)
    if head and head[-1] in {"", "undefined"}:  # a stack that is empty, or none
        head.pop()
    return "\n".join(head).strip() or "a value that has no text", frames


def _text(error: BaseException) -> str:
    return str(error.args[0]) if error.args else ""


def _write(stream: int, text: str) -> None:
    """Print a piece; it comes as JSON, for plain text loses what follows a null character."""
    view = memoryview(json.loads(text).encode("utf-8", "backslashreplace"))
    while view:
        view = view[os.write(2 if stream == 2 else 1, view) :]


def _entropy(size: int) -> str:
    return os.urandom(min(int(size), _MAX_RANDOM_BYTES)).hex()


def _stack_bytes() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return _STACK_BYTES if soft == resource.RLIM_INFINITY else min(_STACK_BYTES, soft // 2)


def _source(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
