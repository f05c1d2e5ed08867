"""Many requests side by side, a few at once: tried again when that may help, kept when done."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Generic, Self, TypeVar

import click
import msgspec

from skep_cli.api import ApiProblem

Item = TypeVar("Item")
Result = TypeVar("Result", bound=msgspec.Struct)

_PASSING: Final = (429, 502, 503, 504)
_TRIES: Final = 4
_PAUSE_S: Final = 0.5


def key_of(*parts: object) -> str:
    """Return what names a piece of work: the same parts, the same key."""
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()[:32]


class _Kept(msgspec.Struct, frozen=True):
    key: str
    result: msgspec.Raw


class ResultsFile(Generic[Result]):
    """Results by key, each appended as a line of JSON when it is there.

    What was written before is used again, so that an evaluation that was interrupted goes on.
    """

    def __init__(self, path: Path | None, kind: type[Result], *, resume: bool) -> None:
        """Open the file; without one, nothing is kept.

        Raises:
            click.UsageError: It holds results and is not to be resumed, or holds something else.
        """
        self._known: dict[str, Result] = {}
        self._file: IO[bytes] | None = None
        if path is None:
            if resume:
                raise click.UsageError("--resume needs --results, the file to go on with.")
            return
        content = path.read_bytes() if path.exists() else b""
        if content and not resume:
            raise click.UsageError(f"{path} holds results already: go on with --resume.")
        whole = content.rpartition(b"\n")[0]  # a line that was cut short is asked again
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                kept = msgspec.json.decode(line, type=_Kept)
                self._known[kept.key] = msgspec.json.decode(kept.result, type=kind)
            except msgspec.DecodeError:
                raise click.UsageError(f"{path}:{number}: is no result of this command") from None
        self._file = path.open("r+b" if content else "wb")
        self._file.truncate(len(whole) + 1 if whole else 0)
        self._file.seek(0, 2)

    def __enter__(self) -> Self:
        """Keep it open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        if self._file is not None:
            self._file.close()

    def find(self, key: str) -> Result | None:
        """Return what was kept under a key."""
        return self._known.get(key)

    def keep(self, key: str, result: Result) -> None:
        """Keep a result, on disk when there is a file."""
        self._known[key] = result
        if self._file is not None:
            line = {"key": key, "result": result}
            self._file.write(msgspec.json.encode(line) + b"\n")
            self._file.flush()


async def each(
    items: Sequence[Item],
    work: Callable[[Item], Awaitable[None]],
    *,
    at_once: int,
) -> None:
    """Do a piece of work for every item; the first error ends all."""
    free = asyncio.Semaphore(at_once)

    async def one(item: Item) -> None:
        async with free:
            await work(item)

    try:
        async with asyncio.TaskGroup() as tasks:
            for item in items:
                tasks.create_task(one(item))
    except* click.ClickException as group:
        raise group.exceptions[0] from None


async def patiently(request: Callable[[], Awaitable[Any]]) -> Any:
    """Send a request, again when it was refused for a reason that passes.

    Raises:
        ApiProblem: It was refused for good, or too often.
    """
    for attempt in range(1, _TRIES):
        try:
            return await request()
        except ApiProblem as error:
            if error.problem.status not in _PASSING:
                raise
            await asyncio.sleep(error.problem.retry_after_s or _PAUSE_S * 2**attempt)
    return await request()
