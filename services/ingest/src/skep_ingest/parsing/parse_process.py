"""The parent's side of parsing: one confined process a document, and nothing it says believed."""

import asyncio
import contextlib
import io
import logging
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Annotated, Final, Literal, TypeAlias, TypeVar

import msgspec

from skep_contracts.plugins.parsers import MAX_PICTURE_BYTES, Block
from skep_contracts.problems import InvalidInput, SkepError, TooLarge, Unavailable
from skep_ingest.parsing.endings import Output, kill, kill_tree, on_thread
from skep_ingest.parsing.fork_server import ENVIRONMENT, ForkedProcess, ForkServer
from skep_ingest.parsing.frames import (
    Broken,
    Confined,
    Done,
    Frame,
    HostileFrameError,
    Parsed,
    ParseOrder,
    ParserSource,
    Refused,
    Stuck,
    read_frame,
    write_frame,
)

T = TypeVar("T")
Process: TypeAlias = "subprocess.Popen[bytes] | ForkedProcess"

logger = logging.getLogger(__name__)

_MEBIBYTE: Final = 1024 * 1024
_LARGE_BYTES: Final = 100_000_000
_COMMAND: Final = (sys.executable, "-I", "-m", "skep_ingest.parsing.parse_child")
_END_S: Final = 1.0
_THREAD_END_S: Final = 5.0
"""How long a stopped parser's thread may take; the slowest part is what makes chunks of a block."""
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_MAX_DETAIL: Final = 500
_MAX_PAGE: Final = 10_000_000


class ParsingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a parsing process may take, and how it is confined."""

    max_memory_mb: Annotated[int, msgspec.Meta(ge=64)] = 1024
    max_seconds: Annotated[int, msgspec.Meta(ge=1)] = 300
    """Of processor time; of time by the clock see `max_wall_s`."""
    max_text_mb: Annotated[int, msgspec.Meta(ge=1)] = 1024
    """Of text from one document."""
    max_scratch_mb: Annotated[int, msgspec.Meta(ge=0)] = 64
    max_open_files: Annotated[int, msgspec.Meta(ge=16)] = 64
    files: Annotated[int, msgspec.Meta(ge=1)] = 4
    """Files parsed side by side for workflows that read them."""
    max_file_seconds: Annotated[int, msgspec.Meta(ge=1)] = 60
    """Of processor time for one of these, for somebody waits for it."""
    confinement: Literal["required", "optional"] = "required"
    """``required`` refuses documents where a process cannot be kept from the network."""
    command_prefix: str = ""
    """A program, with its arguments, that starts the parser inside walls of the operator's own."""

    def max_wall_s(self, size_bytes: int) -> float:
        """Return seconds by the clock: a parser of a large file waits for who splits its text."""
        return self.max_seconds * 2.0 * (1 + size_bytes / _LARGE_BYTES)

    def for_calls(self) -> "ParsingSettings":
        """Return the limits for a file that a workflow reads."""
        seconds = min(self.max_seconds, self.max_file_seconds)
        return msgspec.structs.replace(self, max_seconds=seconds)


class _StuckError(Exception):
    """A process could not get all the way into its namespaces."""


class _Here:
    """What this machine allows, as far as it was found out."""

    may_be_apart = True


class ParseProcess:
    """A process that parses one document. `blocks` runs on a thread; the rest on any."""

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        parser: str,
        sources: Sequence[ParserSource],
        settings: ParsingSettings,
        pictures: bool = False,
        fork_server: ForkServer | None = None,
    ) -> None:
        """Prepare to parse the file at `path`, in whose folder the process may write.

        Args:
            path: The file.
            name: What it is called.
            parser: The parser's name.
            sources: Where that is, the likeliest first.
            settings: Limits, and how to confine it.
            pictures: Ask for what can only be seen as pictures.
            fork_server: Starts the process when the parser is one of the environment's.
        """
        self._path = path
        self._parser = parser
        self._settings = settings
        self._order = ParseOrder(
            path=str(path),
            name=name,
            parser=parser,
            sources=tuple(sources),
            parent_pid=0 if settings.command_prefix else os.getpid(),
            max_memory_bytes=settings.max_memory_mb * _MEBIBYTE,
            max_cpu_s=settings.max_seconds,
            max_file_bytes=settings.max_scratch_mb * _MEBIBYTE,
            max_open_files=settings.max_open_files,
            pictures=pictures,
        )
        self._fork_server = fork_server
        self._lock = threading.Lock()
        self._process: Process | None = None
        self._is_stopped = False
        # Only a program in between can start others: a parser is kept from it.
        self._kill = kill_tree if settings.command_prefix else kill
        self._text_left = settings.max_text_mb * _MEBIBYTE

    async def run(self, work: Callable[[Iterator[Block]], T]) -> T:
        """Let `work` take the blocks in, on a thread; the process ends with it, or by the clock.

        Raises:
            SkepError: What `blocks` or `work` raises.
        """
        # A thread of its own: parsing takes minutes, and the loop's threads are for short work.
        working = asyncio.wrap_future(on_thread(lambda: work(self.blocks()), name="parse"))
        working.add_done_callback(
            asyncio.Future.exception
        )  # heard, also when nobody waits for it any more
        try:
            size_bytes = self._path.stat().st_size
            await asyncio.wait([working], timeout=self._settings.max_wall_s(size_bytes))
        finally:
            # Cancelling cannot end a thread; without its process it ends by itself, and soon.
            if not working.done():
                self.stop()
                await asyncio.wait([working], timeout=_THREAD_END_S)
        if not working.done():
            logger.warning("parser's thread goes on", extra={"parser": self._parser})
            raise self._timed_out()
        return working.result()

    def stop(self) -> None:
        """End the process, if it runs, and never let it start; `blocks` raises then."""
        with self._lock:
            self._is_stopped = True
            if self._process is not None:
                self._end(self._process)

    def _end(self, process: Process) -> None:
        if isinstance(process, ForkedProcess):
            process.kill()  # it can start no others
        else:
            self._kill(process)

    def blocks(self) -> Iterator[Block]:
        """Yield the document's blocks; the process ends with the iterator.

        Raises:
            InvalidInput: The document cannot be parsed: what the parser says, or how it failed.
            TooLarge: It holds more text than is allowed.
            Unavailable: Processes cannot be confined here.
        """
        order = msgspec.structs.replace(
            self._order, apart=_Here.may_be_apart and not self._settings.command_prefix
        )
        try:
            yield from self._parse(order)
        except _StuckError:
            _Here.may_be_apart = False
            yield from self._parse(msgspec.structs.replace(order, apart=False))

    def _parse(self, order: ParseOrder) -> Iterator[Block]:
        process = self._start()
        assert process.stdin is not None  # noqa: S101  # asked for there
        assert process.stdout is not None  # noqa: S101  # as above
        output = io.BufferedReader(Output(process.stdout, lambda: self._is_stopped))
        try:
            if isinstance(process, ForkedProcess):
                order = msgspec.structs.replace(order, parent_pid=process.parent_pid)
            with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
                write_frame(stdin, order)
            self._check_confinement(_next(output))
            while True:
                frame = _next(output)
                if isinstance(frame, Done):
                    return
                yield self._block(frame)
        except HostileFrameError:
            raise self._crashed(process) from None
        finally:
            with self._lock:
                self._process = None  # from here on its number may become another's
            self._end(process)
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    stream.close()
            process.wait()

    def _start(self) -> Process:
        folder = str(self._path.parent)
        command = [*shlex.split(self._settings.command_prefix), *_COMMAND]
        with self._lock:
            if self._is_stopped:
                raise self._timed_out()
            self._process = self._forked(folder) or subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={**ENVIRONMENT, "HOME": folder, "TMPDIR": folder},
                start_new_session=True,
            )
            return self._process

    def _forked(self, folder: str) -> ForkedProcess | None:
        """Return a copy of a process that has loaded the parser; None where that may not be.

        A plugin that was installed while the service runs is imported inside the walls, and anew
        each time: what was loaded may have been replaced.
        """
        source = self._order.sources[0]
        if self._fork_server is None or self._settings.command_prefix or source.folder is not None:
            return None
        return self._fork_server.start(folder, parser=self._parser, source=source)

    def _check_confinement(self, frame: Frame) -> None:
        if isinstance(frame, Stuck):
            raise _StuckError
        if not isinstance(frame, Confined):
            raise HostileFrameError
        settings = self._settings
        is_walled = frame.has_no_network or bool(settings.command_prefix)
        if not is_walled and settings.confinement == "required":
            raise Unavailable(
                "This machine cannot keep a parser from the network, so no document is opened. "
                "Set SKEP_INGEST__PARSING__COMMAND_PREFIX to a program that confines it, or "
                "SKEP_INGEST__PARSING__CONFINEMENT to `optional`.",
                code="confinement_missing",
            )
        if not frame.has_no_files and not settings.command_prefix:
            logger.warning("parser can read files of this service", extra={"parser": self._parser})

    def _block(self, frame: Frame) -> Block:
        match frame:
            case Parsed(block=block):
                self._text_left -= len(block.text)
                if self._text_left < 0:
                    raise TooLarge(
                        f"The document holds more than {self._settings.max_text_mb} MiB of text.",
                        code="too_much_text",
                    )
                return _sane(block, pictures=self._order.pictures)
            case Refused(code=code, detail=detail):
                raise InvalidInput(
                    detail[:_MAX_DETAIL], code=code if _CODE.match(code) else "parser_refused"
                )
            case Broken(error=error, trace=trace):
                logger.warning("parser failed", extra={"parser": self._parser, "trace": trace})
                if error == "MemoryError":
                    raise self._too_hungry()
                raise InvalidInput(
                    f"The parser for {self._parser} failed on this document.", code="parser_failed"
                )
            case _:
                raise HostileFrameError

    def _crashed(self, process: Process) -> SkepError:
        """Say why a process ended, or that what it said made no sense."""
        try:
            code = process.wait(_END_S)
        except subprocess.TimeoutExpired:
            code = 0  # it lives, and talks nonsense
        if self._is_stopped or -code == signal.SIGXCPU:
            return self._timed_out()
        if isinstance(process, ForkedProcess) and process.is_lost:
            return Unavailable("Parsing was interrupted from outside.", code="parser_lost")
        logger.warning("parser ended early", extra={"parser": self._parser, "exit_code": code})
        if -code == signal.SIGKILL:
            return InvalidInput(
                "The system ended the parser of this document, most likely for its memory.",
                code="parser_killed",
            )
        return InvalidInput(
            f"The parser for {self._parser} crashed on this document.", code="parser_crashed"
        )

    def _timed_out(self) -> InvalidInput:
        return InvalidInput(
            f"The document could not be read within {self._settings.max_seconds} s.",
            code="parser_timed_out",
        )

    def _too_hungry(self) -> InvalidInput:
        return InvalidInput(
            f"The document needs more than {self._settings.max_memory_mb} MiB to be read.",
            code="parser_out_of_memory",
        )


def _sane(block: Block, *, pictures: bool) -> Block:
    if block.kind == "picture" or block.picture:
        kept = block.picture if pictures and len(block.picture) <= MAX_PICTURE_BYTES else b""
        block = Block(text="", kind="picture", page=block.page, picture=kept)
    if "\0" in block.text:  # databases do not take it
        block = msgspec.structs.replace(block, text=block.text.replace("\0", " "))
    if block.page is not None and not 0 < block.page <= _MAX_PAGE:
        block = msgspec.structs.replace(block, page=None)
    return block


def _next(stream: IO[bytes]) -> Frame:
    frame = read_frame(stream)
    if frame is None:
        raise HostileFrameError
    return frame
