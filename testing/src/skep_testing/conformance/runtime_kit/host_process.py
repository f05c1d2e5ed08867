"""A program: holds one runtime and runs what it is told to, as the user it is told to be.

Reads requests as lines of JSON and answers each, in the order in which they end. A process of its
own can be an ordinary user while the tests are root, and can be killed to see what it leaves.
"""

import asyncio
import ctypes
import importlib
import json
import logging
import os
import stat
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from skep_contracts.plugins.manifest import RUNTIMES
from skep_contracts.plugins.runtimes import CodeRequest, RuntimeHooks, SandboxRuntime
from skep_contracts.problems import SkepError
from skep_testing.conformance.loading import load_hooks
from skep_testing.conformance.node_context import FakePluginContext

_CLONE_NEWNS: Final = 0x00020000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_libc: Final = ctypes.CDLL(None, use_errno=True)
_MAX_LINE: Final = 64 * 1024 * 1024


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to do: run something, cancel what runs under a number, or stop."""

    number: int
    request: CodeRequest | None = None
    cancel: int | None = None
    stop: bool = False


def become(uid: int) -> None:
    """Become an ordinary user who can still read what this process needs.

    The interpreter may lie in root's own folder. In a mount namespace of this process alone, such a
    folder is covered, and what is needed from it put back.
    """
    closed = _closed_folders()
    if closed:
        if _libc.unshare(_CLONE_NEWNS) != 0:
            raise OSError(ctypes.get_errno(), "cannot enter a mount namespace")
        _mount("none", "/", flags=_MS_REC | _MS_PRIVATE)
    for folder, paths in closed.items():
        outermost = sorted(p for p in paths if p.exists() and not paths.intersection(p.parents))
        held = [os.open(path, os.O_PATH) for path in outermost]
        _mount("tmpfs", str(folder), kind=b"tmpfs", options=b"mode=0755")
        for path, descriptor in zip(outermost, held, strict=True):
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            _mount(f"/proc/self/fd/{descriptor}", str(path), flags=_MS_BIND | _MS_REC)
            os.close(descriptor)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _closed_folders() -> dict[Path, set[Path]]:
    """Return the folders that only root enters, with what is needed below each."""
    needed = {Path(entry).resolve() for entry in (*sys.path, sys.prefix, sys.base_prefix) if entry}
    closed: dict[Path, set[Path]] = {}
    for path in needed:
        for folder in (*reversed(path.parents), path):
            if folder.is_dir() and not folder.stat().st_mode & stat.S_IXOTH:
                closed.setdefault(folder, set()).add(path)
                break
    return closed


def _mount(
    source: str, target: str, *, kind: bytes | None = None, flags: int = 0, options: bytes = b""
) -> None:
    arguments = (source.encode(), target.encode(), kind, ctypes.c_ulong(flags), options)
    if _libc.mount(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"cannot mount {target}")


class Host:
    """Runs orders side by side and writes an answer for each."""

    def __init__(self, runtime: SandboxRuntime) -> None:
        self._runtime = runtime
        self._running: dict[int, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Start the runtime, tell its report, and carry out orders until there are no more."""
        self._say({"report": msgspec.to_builtins(await self._runtime.start())})
        reader = asyncio.StreamReader(limit=_MAX_LINE)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        async with asyncio.TaskGroup() as tasks:
            while line := await reader.readline():
                order = msgspec.json.decode(line, type=Order)
                if order.stop:
                    await self._runtime.stop()
                    self._say({"number": order.number})
                elif order.cancel is not None:
                    self._running[order.cancel].cancel()
                elif order.request is not None:
                    task = tasks.create_task(self._carry_out(order.number, order.request))
                    self._running[order.number] = task
        await self._runtime.stop()

    async def _carry_out(self, number: int, request: CodeRequest) -> None:
        answer: dict[str, Any] = {"number": number}
        try:
            answer["result"] = msgspec.to_builtins(await self._runtime.run(request))
        except SkepError as error:
            answer["problem"] = msgspec.to_builtins(error.to_problem())
        except asyncio.CancelledError:
            answer["cancelled"] = True
        except BaseException as error:
            answer["defect"] = f"{type(error).__name__}: {error}"
            raise
        finally:
            self._running.pop(number, None)
            self._say(answer)

    @staticmethod
    def _say(answer: dict[str, Any]) -> None:
        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
        sys.stdout.flush()


def main() -> None:
    """Arguments as JSON: entry point, name of the runtime, settings, user or null."""
    entry_point, name, settings, uid = json.loads(sys.argv[1])
    hooks = load_hooks(RUNTIMES, entry_point, RuntimeHooks)
    found = {offer.name: offer for offers in hooks.skep_runtimes() for offer in offers}
    logging.basicConfig(stream=sys.stderr)
    for module in ("uvloop", "encodings.idna"):
        importlib.import_module(module)
    if uid is not None:
        become(uid)
    runtime = found[name].factory(FakePluginContext(**settings))
    asyncio.run(Host(runtime).serve())


if __name__ == "__main__":
    main()
