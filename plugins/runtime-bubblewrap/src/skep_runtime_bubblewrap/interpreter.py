"""The interpreter that user code runs in: which of its files are needed, and where they go."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.problems import Unavailable

HOME: Final = "/python"
"""Where the interpreter lies inside."""
LIBRARIES: Final = "/lib"
_PROBE: Final = Path(__file__).parent / "programs" / "probe.py"
_OLDEST: Final = (3, 11)
_ZONES: Final = "/usr/share/zoneinfo"
_PROBE_TIMEOUT_S: Final = 30.0


class Bind(msgspec.Struct, frozen=True):
    """A file or folder of the host, and where it appears inside, read-only."""

    source: str
    target: str


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """A Python and what it takes to run it elsewhere."""

    version: tuple[int, ...]
    executable: str
    """Inside the sandbox."""
    binds: tuple[Bind, ...]
    hidden: tuple[str, ...]
    """Folders inside that must appear empty: installed packages."""


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    version: tuple[int, int, int]
    executable: str
    standard: str
    extensions: str
    folder: str
    libraries: tuple[str, ...]


async def find(executable: str | None) -> Interpreter:
    """Examine an interpreter, by default the one that runs this.

    Raises:
        Unavailable: It cannot be started, is too old, or has an unknown layout.
    """
    path = executable or getattr(sys, "_base_executable", None) or sys.executable
    return _arrange(path, await _probe(path))


def _arrange(path: str, found: _Found) -> Interpreter:
    """Decide where each file of an interpreter goes."""
    if found.version < _OLDEST:
        raise Unavailable(
            f"{path} is Python {'.'.join(map(str, found.version))}; 3.11 or newer is needed."
        )
    major, minor, _ = found.version
    outside, inside = Path(found.standard), Path(HOME, found.folder, f"python{major}.{minor}")
    if found.extensions and not Path(found.extensions).is_relative_to(outside):
        raise Unavailable(
            f"The extension modules of {path} lie outside its standard library, "
            "which the sandbox cannot arrange. Name another interpreter in the setting python."
        )
    executable = f"{HOME}/bin/python{major}.{minor}"
    binds = [Bind(found.executable, executable), Bind(found.standard, str(inside))]
    binds += [Bind(str(Path(name).resolve()), _library(name)) for name in found.libraries]
    if Path(_ZONES).is_dir():
        binds.append(Bind(_ZONES, _ZONES))
    hidden = [
        str(inside / name)
        for name in ("site-packages", "dist-packages")
        if (outside / name).is_dir()
    ]
    return Interpreter(
        version=found.version, executable=executable, binds=tuple(binds), hidden=tuple(hidden)
    )


def _library(path: str) -> str:
    """Return where a library goes: the loader stays where programs expect it."""
    name = Path(path).name
    return path if name.startswith("ld") else f"{LIBRARIES}/{name}"


async def _probe(path: str) -> _Found:
    try:
        process = await asyncio.create_subprocess_exec(
            path,
            "-I",
            "-S",
            str(_PROBE),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        raise Unavailable(
            f"The interpreter {path} cannot be started ({error.strerror}). "
            "Name another in the setting python."
        ) from error
    try:
        async with asyncio.timeout(_PROBE_TIMEOUT_S):
            output, _ = await process.communicate()
        return msgspec.json.decode(output, type=_Found)
    except (TimeoutError, msgspec.DecodeError) as error:
        raise Unavailable(
            f"The interpreter {path} could not tell where its files are. "
            "Name another in the setting python."
        ) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
