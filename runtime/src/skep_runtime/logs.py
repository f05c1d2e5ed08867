"""Log lines as JSON, one a line, or for people; with context, and without secrets."""

import contextlib
import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

_CONTEXT: Final[ContextVar[dict[str, object]]] = ContextVar("skep_log_context")
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET_NAME: Final = re.compile(
    r"(^|_)(password|passwd|secret|token|api_?key|authorization|cookie|credentials?|private_key)$",
    re.IGNORECASE,
)
_SECRET_TEXT: Final = re.compile(
    r"(?<=://)[^/@\s]+(?=@)|(?<=Bearer )\S+|\b(?:sk[-_]|ses_|whsec_)[\w+/=-]{8,}"
)
_COLOURS: Final = {"DEBUG": "2", "INFO": "32", "WARNING": "33", "ERROR": "31", "CRITICAL": "1;31"}


@contextlib.contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Add fields to every line logged inside, also by tasks started inside."""
    token = _CONTEXT.set(_CONTEXT.get({}) | fields)
    try:
        yield
    finally:
        _CONTEXT.reset(token)


def configure(
    level: str,
    log_format: Literal["json", "console"],
    *,
    service: str,
    trace_id: Callable[[], str | None] = lambda: None,
) -> None:
    """Send all logging of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    if log_format == "json":
        handler.setFormatter(JsonFormatter(service, trace_id))
    else:
        is_coloured = "NO_COLOR" not in os.environ and (
            sys.stderr.isatty() or "FORCE_COLOR" in os.environ
        )
        handler.setFormatter(ConsoleFormatter(service, trace_id, is_coloured=is_coloured))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # It tells at this level that it has found its own modules.
    logging.getLogger("alembic").setLevel(max(logging.WARNING, logging.getLogger().level))


class JsonFormatter(logging.Formatter):
    """Makes a JSON object of a record: time, level, logger, message, service, then its fields."""

    def __init__(self, service: str, trace_id: Callable[[], str | None]) -> None:
        """Name the `service` in each line, and the trace that `trace_id` tells."""
        super().__init__()
        self.service = service
        self._trace_id = trace_id

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return context and fields of a record, secrets masked."""
        given = {k: v for k, v in vars(record).items() if k not in _STANDARD}
        fields = {"trace_id": self._trace_id(), **_CONTEXT.get({}), **given}
        return {k: _masked(k, v) for k, v in fields.items() if v is not None}

    def error(self, record: logging.LogRecord) -> str | None:
        """Return the traceback of a record that has one, secrets masked."""
        if not record.exc_info or record.exc_info[1] is None:
            return None
        return _SECRET_TEXT.sub("…", "".join(traceback.format_exception(record.exc_info[1])))

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _SECRET_TEXT.sub("…", record.getMessage()),
            "service": self.service,
            **self.fields(record),
        }
        if error := self.error(record):
            line["error"] = error
        try:
            return msgspec.json.encode(line, enc_hook=repr).decode()
        except (TypeError, ValueError, OverflowError):  # lone surrogates, endless numbers, odd keys
            return json.dumps({key: repr(value) for key, value in line.items()})


class ConsoleFormatter(JsonFormatter):
    """Makes a line for people: time, level, message, ``name=value`` pairs; a traceback below."""

    def __init__(
        self, service: str, trace_id: Callable[[], str | None], *, is_coloured: bool
    ) -> None:
        """Colour the level when asked to."""
        super().__init__(service, trace_id)
        self._is_coloured = is_coloured

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the lines of a traceback."""
        level = f"{record.levelname:8}"
        if self._is_coloured:
            level = f"\x1b[{_COLOURS.get(record.levelname, '0')}m{level}\x1b[0m"
        at = datetime.fromtimestamp(record.created, UTC).astimezone()
        message = _SECRET_TEXT.sub("…", record.getMessage())
        pairs = "".join(f"  {k}={_bare(v)}" for k, v in self.fields(record).items())
        line = f"{at:%H:%M:%S}.{at.microsecond // 1000:03} {level} {_one_line(message)}{pairs}"
        return f"{line}\n{error.rstrip()}" if (error := self.error(record)) else line


def _masked(name: str, value: Any) -> Any:
    if _SECRET_NAME.search(name):
        return "…"
    if isinstance(value, str):
        return _SECRET_TEXT.sub("…", value)
    if isinstance(value, dict):
        return {k: _masked(str(k), v) for k, v in value.items()}
    return value


def _bare(value: object) -> str:
    return _one_line(value if isinstance(value, str) else repr(value))


def _one_line(text: str) -> str:
    """Keep what others sent from writing lines, or escape codes, of their own."""
    return text if text.isprintable() else repr(text)[1:-1]
