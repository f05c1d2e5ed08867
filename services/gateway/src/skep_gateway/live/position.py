"""Where a reader is in a run's stream: the identifier of a server-sent event.

``{number}-{characters}-{checksum}``: the last log event sent, how much of the answer's text was
sent, and the CRC-32 of that text in UTF-8. Text can be written anew after a crash; the checksum
tells whether what the reader has is still the beginning of the answer.
"""

import re
import zlib
from typing import Final

import msgspec

from skep_contracts.problems import InvalidInput

_ID: Final = re.compile(r"(\d{1,15})-(\d{1,15})(?:-([0-9a-f]{8}))?\Z")


class Position(msgspec.Struct, frozen=True):
    """`number`: log events seen. `length`: characters of text seen, with the checksum `crc`."""

    number: int = 0
    length: int = 0
    crc: int = 0

    def __str__(self) -> str:
        """Write the identifier."""
        if self.length == 0:
            return f"{self.number}-0"
        return f"{self.number}-{self.length}-{self.crc:08x}"


def parse_position(text: str) -> Position:
    """Read an identifier that a stream of ours gave out.

    Raises:
        InvalidInput: It is none.
    """
    match = _ID.match(text)
    if match is None or (match[2] != "0" and match[3] is None):
        raise InvalidInput(
            "Last-Event-ID is not the id of an event of a run. Send the id of the last event you "
            "received, or nothing to read from the beginning.",
            code="bad_event_id",
        )
    return Position(int(match[1]), int(match[2]), int(match[3] or "0", 16))


def checksum(text: str, crc: int = 0) -> int:
    """Return the CRC-32 of text in UTF-8, continued from `crc`."""
    return zlib.crc32(text.encode(), crc)
