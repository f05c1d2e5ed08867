"""Reads a service's settings from the environment and says everything that is wrong with them.

The field `port` of the gateway is ``SKEP_GATEWAY__PORT``; the field `url` of its section `bus` is
``SKEP_GATEWAY__BUS__URL``, or ``SKEP_BUS__URL`` for every service that has this section. A variable
may end in ``_FILE`` and then names a file with the value. An empty variable counts as not set.
"""

import difflib
import enum
import os
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import NODEFAULT

S = TypeVar("S", bound=msgspec.Struct)

_SECRET: Final = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|KEY|CREDENTIAL")
_USERINFO: Final = re.compile(r"(?<=://)[^/@\s]*(?=@)")
_MAX_FILE_BYTES: Final = 65_536
_SHOWN_CHARS: Final = 80


class SettingsError(Exception):
    """The environment does not describe usable settings; `faults` has one line for each mistake."""

    def __init__(self, service: str, faults: list[str]) -> None:
        """Collect the faults of one service."""
        self.faults = tuple(faults)
        lines = "".join(f"\n  {fault}" for fault in faults)
        super().__init__(f"The settings of {service} cannot be used:{lines}")


def load(cls: type[S], *, service: str, environ: Mapping[str, str] | None = None) -> S:
    """Build `cls` from the environment.

    Raises:
        SettingsError: Something is missing, unknown or malformed; it lists every fault by variable.
    """
    reader = _Reader(service, os.environ if environ is None else environ)
    settings = reader.struct(cls, (), NODEFAULT)
    reader.refuse_unknown()
    if reader.faults:
        raise SettingsError(service, sorted(reader.faults))
    return typing.cast("S", settings)


def load_or_exit(cls: type[S], *, service: str) -> S:
    """Do as `load` does; on faults print them without a traceback and end the process with 2."""
    try:
        return load(cls, service=service)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None


class _Reader:
    def __init__(self, service: str, environ: Mapping[str, str]) -> None:
        self.faults: list[str] = []
        self._own = f"SKEP_{service.upper()}__"
        self._environ = environ
        self._known: set[str] = set()
        self._sections: set[str] = set()

    def struct(self, cls: type[msgspec.Struct], path: tuple[str, ...], default: Any) -> Any:
        values = {}
        faults_before = len(self.faults)
        for field in msgspec.structs.fields(cls):
            place = (*path, field.name)
            fallback = _default_of(field) if default is NODEFAULT else getattr(default, field.name)
            section = _section(field.type)
            if section is None:
                value = self._leaf(field.type, place, fallback)
            elif fallback is None and not self._is_mentioned(place):
                value = None
            else:
                value = self.struct(section, place, NODEFAULT if fallback is None else fallback)
            values[field.name] = value
        if len(self.faults) > faults_before:
            return None
        try:
            return cls(**values)
        except ValueError as error:  # a __post_init__ that checks fields against each other
            self.faults.append(f"{'__'.join((self._own.rstrip('_'), *path)).upper()}: {error}")
            return None

    def refuse_unknown(self) -> None:
        """Find fault with variables of this service, or of its sections, that are no field."""
        prefixes = (self._own, *(f"SKEP_{section}__" for section in self._sections))
        for name, value in self._environ.items():
            if value and name.startswith(prefixes) and name not in self._known:
                close = difflib.get_close_matches(name, self._known, n=1)
                hint = f"; did you mean {close[0]}?" if close else ""
                self.faults.append(f"{name}: no such setting{hint}")

    def _names(self, path: tuple[str, ...]) -> list[str]:
        tail = "__".join(path).upper()
        names = [f"{self._own}{tail}"]
        if len(path) > 1:
            self._sections.add(path[0].upper())
            names.append(f"SKEP_{tail}")
        self._known.update(names, (f"{name}_FILE" for name in names))
        return names

    def _is_mentioned(self, path: tuple[str, ...]) -> bool:
        tail = "__".join(path).upper()
        prefixes = (f"{self._own}{tail}__", f"SKEP_{tail}__")
        return any(value and name.startswith(prefixes) for name, value in self._environ.items())

    def _leaf(self, kind: Any, path: tuple[str, ...], default: Any) -> Any:
        names = self._names(path)
        found = next(self._lookup(names), None)
        if found is None:
            if default is NODEFAULT:
                either = " or ".join(names)
                self.faults.append(f"{either} (or …_FILE): required, and not set ({_words(kind)})")
            return default
        name, text, is_secret = found
        if text is None:
            return None
        try:
            return _convert(text, kind)
        except msgspec.ValidationError as error:
            expected = _words(kind)
            if str(error).startswith("Expected"):  # it may also name a limit
                expected = str(error).partition(", got")[0][len("Expected ") :].replace("`", "")
            given = "the value is not shown" if is_secret else f"got {_shown(text)}"
            self.faults.append(f"{name}: expected {expected}; {given}")
            return None

    def _lookup(self, names: list[str]) -> Iterator[tuple[str, str | None, bool]]:
        """Yield name, text (None for an unreadable file), and whether the text is a secret."""
        for name in names:
            text, file = self._environ.get(name), self._environ.get(f"{name}_FILE")
            if text and file:
                self.faults.append(f"{name} and {name}_FILE are both set; use one of them")
            if text:
                yield name, text.strip(), bool(_SECRET.search(name))
            elif file:
                yield f"{name}_FILE", self._read(f"{name}_FILE", file), True

    def _read(self, name: str, file: str) -> str | None:
        try:
            with Path(file).open("rb") as stream:
                content = stream.read(_MAX_FILE_BYTES + 1)
            if len(content) > _MAX_FILE_BYTES:
                raise ValueError
            if text := content.decode().strip():
                return text
            self.faults.append(f"{name}: the file {file} is empty")
        except OSError as error:
            self.faults.append(f"{name}: cannot read {file} ({error.strerror})")
        except ValueError:
            self.faults.append(
                f"{name}: {file} is not a UTF-8 text of at most {_MAX_FILE_BYTES} bytes"
            )
        return None


def _default_of(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not NODEFAULT:
        return field.default_factory()
    return field.default


def _section(kind: Any) -> type[msgspec.Struct] | None:
    """Return the struct of a field that holds a section, optional or not."""
    options = typing.get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    for option in options:
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            return option
    return None


def _convert(text: str, kind: Any) -> Any:
    value: Any = text
    if typing.get_origin(kind) in {tuple, list, frozenset}:
        value = [part.strip() for part in text.split(",") if part.strip()]
    return msgspec.convert(value, kind, strict=False, dec_hook=lambda wanted, given: wanted(given))


def _words(kind: Any) -> str:
    """Say what a type takes, for people."""
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        kind = typing.Literal[tuple(member.value for member in kind)]
    if typing.get_origin(kind) is typing.Literal:
        return "one of " + ", ".join(str(option) for option in typing.get_args(kind))
    return {str: "text", bool: "true or false"}.get(kind, str(getattr(kind, "__name__", kind)))


def _shown(text: str) -> str:
    text = _USERINFO.sub("…", text)
    return repr(text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…")
