"""Server-sent events, taken apart while they arrive.

Follows the HTML standard, section 9.2.6: lines end in LF, CRLF or CR, several ``data`` lines of an
event are joined, comments and unknown fields are skipped. Bytes may be split anywhere.
"""

from typing import Final, NamedTuple

MAX_EVENT_BYTES: Final = 16 * 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event: its type, empty when none was given, and its data."""

    type: bytes
    data: bytes


class EventTooLargeError(Exception):
    """An event does not end within `MAX_EVENT_BYTES`."""


class EventParser:
    """Turns pieces of a stream into events."""

    def __init__(self) -> None:
        self._rest = bytearray()  # a line whose end has not come yet
        self._searched = 0  # bytes of it known to hold no line end
        self._type = b""
        self._data: list[bytes] = []
        self._size = 0
        self._is_first = True

    def feed(self, piece: bytes) -> list[Event]:
        """Return the events that end in this piece.

        Raises:
            EventTooLargeError: An event grew too large.
        """
        if not self._rest and not self._data and piece.endswith(b"\n\n") and b"\r" not in piece:
            events = self._feed_whole(piece)
            if events is not None:
                return events
        return self._feed_lines(piece)

    def end(self) -> list[Event]:
        """Return the event that a sender forgot to end with an empty line, if there is one."""
        return self._feed_lines(b"\n\n") if self._rest or self._data else []

    def _feed_whole(self, piece: bytes) -> list[Event] | None:
        """Take the usual form, whole events of one ``data`` line each; None when it is another."""
        events = []
        for block in piece[:-2].split(b"\n\n"):
            if block[:6] != b"data: " or b"\n" in block:
                return None
            events.append(Event(b"", block[6:]))
        self._is_first = False
        return events

    def _feed_lines(self, piece: bytes) -> list[Event]:
        rest = self._rest
        rest += piece
        events: list[Event] = []
        start = 0
        while True:
            end, following = _line_end(rest, max(start, self._searched))
            if end < 0:
                break
            self._take_line(bytes(rest[start:end]), events)
            start = self._searched = following
        del rest[:start]
        # A CR at the very end may be half of a CRLF: look at it again with the next piece.
        self._searched = max(len(rest) - 1, 0)
        if self._size + len(rest) > MAX_EVENT_BYTES:
            raise EventTooLargeError
        return events

    def _take_line(self, line: bytes, events: list[Event]) -> None:
        if self._is_first:
            self._is_first = False
            line = line.removeprefix(_BOM)
        if not line:
            if self._data:
                events.append(Event(self._type, b"\n".join(self._data)))
            self._type, self._data, self._size = b"", [], 0
            return
        field, _, value = line.partition(b":")
        if value.startswith(b" "):
            value = value[1:]
        if field == b"data":
            self._data.append(value)
            self._size += len(value)
        elif field == b"event":
            self._type = value


def _line_end(text: bytearray, start: int) -> tuple[int, int]:
    """Return where the line ends and where the next begins, or -1 when the end is not there yet."""
    lf = text.find(b"\n", start)
    cr = text.find(b"\r", start, lf if lf >= 0 else len(text))
    if cr < 0:
        return lf, lf + 1
    if cr + 1 == len(text):
        return -1, 0
    return cr, cr + (2 if text[cr + 1 : cr + 2] == b"\n" else 1)
