"""What a fork-server is given for a language or a package environment: programs, modules, files."""

import importlib.util
from typing import Final

import msgspec

from skep_runtime_bubblewrap.interpreter import Bind

PYTHON: Final = "python"
JAVASCRIPT: Final = "javascript"
_ENGINE: Final = "_quickjs"
_ENGINE_FOLDER: Final = "/engine"
_PRELOADED: Final = (
    *("base64", "bisect", "calendar", "collections", "copy", "csv", "dataclasses", "datetime"),
    *("decimal", "enum", "fractions", "functools", "hashlib", "heapq", "hmac", "html", "io"),
    *("itertools", "json", "math", "operator", "random", "re", "secrets", "statistics", "string"),
    *("textwrap", "time", "traceback", "types", "typing", "unicodedata", "urllib.parse", "uuid"),
    *("zlib", "zoneinfo"),
)
"""Imported by the fork-server, so that a run finds them loaded."""


class Outfit(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of fork-server. Equal outfits share one."""

    language: str
    environment: str | None = None
    programs: tuple[str, ...]
    """Files of the folder `programs` beside those that all need."""
    modules: tuple[str, ...]
    """Imported before any fork."""
    binds: tuple[Bind, ...] = ()
    search: tuple[str, ...] = ()
    """Folders inside that modules are looked for in, after the standard library."""

    @property
    def name(self) -> str:
        """What logs call it."""
        return f"{self.language}+{self.environment}" if self.environment else self.language


def python() -> Outfit:
    """Return Python with the standard library alone."""
    return Outfit(language=PYTHON, programs=("python.py",), modules=_PRELOADED)


def javascript() -> Outfit | None:
    """Return JavaScript in QuickJS; None when the engine is not installed."""
    found = importlib.util.find_spec(_ENGINE)
    if found is None or found.origin is None:
        return None
    return Outfit(
        language=JAVASCRIPT,
        programs=("javascript.py", "prelude.js", "web.js"),
        modules=(),
        binds=(Bind(found.origin, f"{_ENGINE_FOLDER}/{_ENGINE}.abi3.so"),),
        search=(_ENGINE_FOLDER,),
    )
