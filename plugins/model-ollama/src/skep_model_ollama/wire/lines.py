"""JSON objects, one a line, taken apart while they arrive. Bytes may be split anywhere."""

from typing import Final

MAX_LINE_BYTES: Final = 16 * 1024 * 1024


class LineTooLongError(Exception):
    """A line does not end within `MAX_LINE_BYTES`."""


class LineParser:
    """Turns pieces of a stream into lines."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the lines that end in this piece, without empty ones.

        Raises:
            LineTooLongError: A line grew too long.
        """
        if b"\n" not in piece:
            self._rest += piece
            lines: list[bytes] = []
        else:
            *ended, rest = piece.split(b"\n")
            ended[0] = bytes(self._rest) + ended[0]
            self._rest = bytearray(rest)
            lines = [line for line in ended if line.strip()]
        if len(self._rest) > MAX_LINE_BYTES:
            raise LineTooLongError
        return lines

    def end(self) -> list[bytes]:
        """Return the line that the sender forgot to end, if there is one."""
        rest, self._rest = bytes(self._rest), bytearray()
        return [rest] if rest.strip() else []
