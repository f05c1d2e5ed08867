"""Inside the sandbox, confined: reads Python, calls its `main`, reports on a pipe.

Nothing here is defended against the user code that shares the process: whoever controls `main`
decides the result anyway. What matters is that a report is one frame on a pipe of its own, which
the host reads as hostile input. Within reason, a program that redefines `len` or patches `json`
still gets its answer.
"""

import builtins
import contextlib
import errno
import io
import json
import math
import os
import sys
import types
from _json import make_encoder
from _thread import stack_size
from collections.abc import Callable, Iterator
from importlib.abc import ExecutionLoader
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from json.encoder import encode_basestring
from typing import Any

from skep_runtime_bubblewrap.programs.channel import (
    FAULT,
    PIECE,
    RESULT,
    Bounds,
    Channel,
    Silence,
    read_frame,
)

# Functions keep the builtins that their module has when they are defined: a copy, out of reach of
# user code that assigns to the originals.
globals()["__builtins__"] = dict(vars(builtins))

FILE_NAME = "<code>"
MODULE_NAME = "user_code"

_MAX_MESSAGE = 4_000
_MAX_LINES_SHOWN = 8
_MAX_PLACE = 1_000
_MAX_PLACES = 100_000
_REHEARSALS = 16  # the interpreter specialises code that has run a few times
_REHEARSAL_CODE = """
import json


def main(number, text):
    total = sum(item * number for item in range(10))
    return {"total": total, "text": f"{text}: {total}", "list": [1.5, None, True]}
"""
_REHEARSAL = json.dumps({"code": _REHEARSAL_CODE, "inputs": {"number": 1, "text": "a"}})
_SCALARS = (int, type(None))  # bool is an int
_THREAD_STACK = 1024 * 1024
_OUT_OF_MEMORY = "The code needs more memory than it may use."
_OUT_OF_MEMORY_FRAME = json.dumps(
    {"fault": "out_of_memory", "message": _OUT_OF_MEMORY, "line": None}
).encode()


class UserCode(ExecutionLoader):
    """Loads the source as a module, the way Python loads any other."""

    def __init__(self, source: str) -> None:
        self.lines = source.splitlines()
        self._source = source
        self._code: types.CodeType | None = None

    def get_filename(self, fullname: str) -> str:
        """Return the name that tracebacks show."""
        return FILE_NAME

    def get_source(self, fullname: str) -> str:
        """Return the source as it was sent."""
        return self._source

    def get_code(self, fullname: str) -> types.CodeType | None:
        """Return the compiled source; compiles once."""
        if self._code is None:
            self._code = super().get_code(fullname)
        return self._code


class Encoder:
    """JSON as a workflow's values want it: finite numbers, whole Unicode."""

    def __init__(self) -> None:
        sort_keys = skip_keys = allow_nan = False
        # The encoder behind json.JSONEncoder, which would look it up anew at every use.
        self._pieces = make_encoder(
            {}, self._refuse, encode_basestring, None, ":", ",", sort_keys, skip_keys, allow_nan
        )

    @staticmethod
    def _refuse(value: object) -> object:
        raise TypeError(f"{_name_of(value)} has no JSON form")

    def encode(self, value: object) -> bytes:
        """Return the encoded value; raises what `json` raises, and UnicodeEncodeError."""
        return "".join(self._pieces(value, 0)).encode("utf-8")


class PythonGuest:
    """One run of user code, from reading it to reporting."""

    def __init__(self, channel: Channel, bounds: Bounds) -> None:
        self._channel = channel
        self._bounds = bounds
        self._encoder = Encoder()
        self._lines: list[str] = []
        self._streams = (sys.stdout, sys.stderr)

    def run(self, request: int) -> None:
        """Read a request, run it, report. The caller ends the process afterwards."""
        body = json.loads(read_frame(request))
        os.close(request)
        stack_size(_THREAD_STACK)
        sys.argv = [FILE_NAME]
        # `random` does so itself after a fork; what a package keeps would be the same in each.
        if (numpy := sys.modules.get("numpy")) is not None:
            numpy.random.seed()
        self.answer(body)

    def rehearse(self) -> None:
        """Run code of ours without a report, so that what a run touches is in place."""
        PythonGuest(Silence(), self._bounds).answer(json.loads(_REHEARSAL))
        del sys.modules[MODULE_NAME]

    def answer(self, body: dict[str, Any]) -> None:
        """Run the code of a request and report."""
        try:
            self._carry_out(body["code"], body["inputs"])
        except MemoryError as error:
            self._out_of_memory(error)
        except OSError as error:
            if error.errno == errno.ENOMEM:
                self._out_of_memory(error)
            else:
                self._fault("exception", *self._describe(error))
        except BaseException as error:  # noqa: BLE001  # whatever user code raises is its result
            self._fault("exception", *self._describe(error))
        for stream in self._streams:
            with contextlib.suppress(BaseException):
                stream.flush()

    def _fault(self, fault: str, message: str, line: int | None = None) -> None:
        text = message[:_MAX_MESSAGE].encode("utf-8", "replace").decode()
        report = {"fault": fault, "message": text, "line": line}
        self._channel.send(FAULT, self._encoder.encode(report))

    def _out_of_memory(self, error: BaseException) -> None:
        line = _last_line(error)
        error.__traceback__ = None  # lets go of what the code held
        try:
            self._fault("out_of_memory", _OUT_OF_MEMORY, line)
        except MemoryError:
            self._channel.send(FAULT, _OUT_OF_MEMORY_FRAME)

    def _carry_out(self, source: str, inputs: dict[str, object]) -> None:
        loader = UserCode(source)
        self._lines = loader.lines
        try:
            loader.get_code(MODULE_NAME)
        except SyntaxError as error:
            text = self._line_text(error.lineno)
            message = f"{type(error).__name__}: {error.msg} (line {error.lineno}){text}"
            self._fault("syntax", message, error.lineno)
            return
        except (ValueError, OverflowError, RecursionError) as error:
            self._fault("syntax", f"The code cannot be compiled: {_text(error)}")
            return
        module = module_from_spec(ModuleSpec(MODULE_NAME, loader, origin=FILE_NAME))
        sys.modules[MODULE_NAME] = module
        loader.exec_module(module)
        main = vars(module).get("main")
        if not callable(main):
            self._fault(
                "no_main", "The code defines no function main(**inputs) that returns a dict."
            )
            return
        try:
            result = main(**inputs)
        except TypeError as error:
            if _user_frames(error):
                raise
            names = ", ".join(inputs) or "none"
            line = getattr(getattr(main, "__code__", None), "co_firstlineno", None)
            self._fault("exception", f"TypeError: {_text(error)}. The inputs are: {names}.", line)
            return
        self._report(result)

    def _report(self, result: object) -> None:
        if not isinstance(result, dict):
            self._fault("bad_result", f"main returned {_kind(result)}; it must return a dict.")
            return
        try:
            body = self._encoder.encode(result)
        except (TypeError, ValueError, RecursionError) as error:
            self._fault("bad_result", _explain(result, error))
            return
        if len(body) > self._bounds.output_bytes:
            self._fault(
                "too_much_output",
                f"The result takes {len(body):,} bytes as JSON; "
                f"the limit is {self._bounds.output_bytes:,}.",
            )
        else:
            self._channel.send(RESULT, body)

    def _describe(self, error: BaseException) -> tuple[str, int | None]:
        """Return type and text with the places in the user's own code, and the innermost line."""
        text = _text(error)
        name = _name_of(error)
        message = f"{name}: {text}" if text else name
        frames = _user_frames(error)
        for line, function in frames[-_MAX_LINES_SHOWN:]:
            message += f"\n  line {line}, in {function}{self._line_text(line)}"
        return message, frames[-1][0] if frames else None

    def _line_text(self, line: int | None) -> str:
        if line is None or not 0 < line <= len(self._lines):
            return ""
        return f": {self._lines[line - 1].strip()[:200]}"


def make_ready() -> Callable[[Channel, Bounds], PythonGuest]:
    """Go the way of a run with code of our own, so that forks find set up what can be.

    Returns what makes a guest in a fork.
    """
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)  # noqa: S101  # for the type checker
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    guest = PythonGuest(Silence(), Bounds(PIECE, PIECE))
    for _ in range(_REHEARSALS):
        guest.rehearse()
    return PythonGuest


def _text(error: BaseException) -> str:
    try:
        # The slice of str itself: a subclass could give anything.
        return str.__getitem__(str(error), slice(_MAX_MESSAGE))
    except BaseException:  # noqa: BLE001  # a hostile __str__ can raise anything
        return "(its text cannot be shown)"


def _name_of(value: object) -> str:
    """Return the name of a type, which a hostile metaclass can hide."""
    try:
        return str.__getitem__(type(value).__name__, slice(_MAX_PLACE))
    except BaseException:  # noqa: BLE001  # see above
        return "(a type without a name)"


def _kind(value: object) -> str:
    return "nothing (None)" if value is None else f"a value of type {_name_of(value)}"


def _user_frames(error: BaseException) -> list[tuple[int, str]]:
    """Return line and function of every frame in user code, outermost first."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == FILE_NAME:
            frames.append((trace.tb_lineno, code.co_name))
        trace = trace.tb_next
    return frames


def _last_line(error: BaseException) -> int | None:
    """Return the innermost line of user code, without asking for memory."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE_NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _explain(result: object, error: Exception) -> str:
    """Say which place of a result JSON cannot carry."""
    if isinstance(error, RecursionError):
        return "The result is nested too deeply."
    if "Circular" in _text(error):
        return "The result contains itself."
    for place, problem in _faulty_places(result):
        return f"main returned {place} that {problem}."
    return f"The result is not JSON: {_text(error)}."


def _faulty_places(result: object) -> Iterator[tuple[str, str]]:
    stack: list[tuple[str, object]] = [("result", result)]
    seen = 0
    while stack and seen < _MAX_PLACES:
        place, value = stack.pop()
        seen += 1
        if len(place) > _MAX_PLACE:
            continue
        if isinstance(value, dict):
            stack.extend((f"{place}[{key!r:.80}]", item) for key, item in value.items())
            odd = [key for key in value if not isinstance(key, (*_SCALARS, str, float))]
            if odd:
                yield place, f"has a key of type {_name_of(odd[0])}"
        elif isinstance(value, (list, tuple)):
            stack.extend((f"{place}[{index}]", item) for index, item in enumerate(value))
        elif problem := _leaf_problem(value):
            yield place, problem


def _leaf_problem(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isfinite(value) else f"is {value}, which JSON has no number for"
    if isinstance(value, str):
        return "is a text with half of a surrogate pair" if _is_broken(value) else ""
    if isinstance(value, _SCALARS):
        return ""
    return f"is of type {_name_of(value)}, which JSON cannot carry"


def _is_broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
