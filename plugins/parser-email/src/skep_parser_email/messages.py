"""Messages of a file, line by line: bodies that are text are kept, everything else is passed by.

So memory does not depend on attachments, nor on how many messages a mailbox has, and parts may be
nested without a call for each. (`email.parser` of the standard library holds the whole file.)
"""

import re
from collections.abc import Iterator
from typing import IO, Final, Literal

import msgspec

from skep_contracts.problems import InvalidInput
from skep_parser_email.headers import Content, Head

MAX_TEXT_BYTES: Final = 10_000_000
"""Of the bodies of one message, with those of the messages in it."""
MAX_NESTING: Final = 100
MAX_ATTACHMENTS: Final = 1_000
_LINE_BYTES: Final = 65_536
_ENVELOPE: Final = re.compile(rb"From \S.*\d\d:\d\d")
_QUOTED_ENVELOPE: Final = re.compile(rb">+From ")
_MESSAGES: Final = frozenset({"message/rfc822", "message/global"})
_PLAIN_ENCODINGS: Final = frozenset({"", "7bit", "8bit", "binary"})
_BOM: Final = b"\xef\xbb\xbf"


class Body(msgspec.Struct, kw_only=True):
    """A text of a message."""

    content: Content
    encoding: str
    data: bytes
    group: int
    """Bodies of one group say the same in different forms; 0 for none."""


class Started(msgspec.Struct, kw_only=True):
    """A message begins. It is inside of another where `level` is more than 1."""

    level: int
    head: Head
    is_sealed: bool


class Ended(msgspec.Struct, kw_only=True):
    """A message ends; or another begins in it, and `bodies` is what stood before that."""

    bodies: list[Body]
    attachments: list[str]


class _Frame(msgspec.Struct):
    boundary: bytes
    group: int


class _Message(msgspec.Struct):
    depth: int
    """How many parts were open when it began."""
    bodies: list[Body]
    attachments: list[str]


Where = Literal["head", "body", "between"]


class MessageReader:
    """Reads an email, or a mailbox in the format mbox."""

    def __init__(self) -> None:
        self._frames: list[_Frame] = []
        self._messages: list[_Message] = []
        self._where: Where = "head"
        self._head = Head()
        self._begins_message = True
        self._kept: bytearray | None = None
        self._content: Content | None = None
        self._budget = MAX_TEXT_BYTES
        self._groups = 0
        self._has_started = False
        self.is_mailbox = False

    def read(self, file: IO[bytes]) -> Iterator[Started | Ended]:
        """Yield what begins and what ends.

        Raises:
            InvalidInput: It is no email, or nested or long without end.
        """
        starts_line, after_blank = True, True
        line = file.readline(_LINE_BYTES).removeprefix(_BOM)
        self.is_mailbox = line.startswith(b"From ")
        while line:
            if starts_line and after_blank and self.is_mailbox and _ENVELOPE.match(line):
                yield from self._end_all()
            elif starts_line:
                yield from self._take(line)
            elif self._kept is not None:
                self._keep(line)
            after_blank = starts_line and not line.strip()
            starts_line = line.endswith(b"\n")
            line = file.readline(_LINE_BYTES)
        if self._where == "head" and (self._head.is_known or not self._has_started):
            yield from self._begin_body()
        yield from self._end_all()

    def _take(self, line: bytes) -> Iterator[Started | Ended]:
        if self._frames and line.startswith(b"--"):
            at, is_last = self._boundary(line.rstrip())
            if at >= 0:
                yield from self._end_part(at, is_last=is_last)
                self._where = "between" if is_last else "head"
                self._head, self._begins_message = Head(), False
                return
        if self._where == "head":
            if not line.strip():
                yield from self._begin_body()
            elif not self._head.take(line):
                yield from self._begin_body()
                yield from self._take(line)
        elif self._where == "body" and self._kept is not None:
            if self.is_mailbox and _QUOTED_ENVELOPE.match(line):
                line = line[1:]
            self._keep(line)

    def _keep(self, line: bytes) -> None:
        if self._kept is not None:
            self._budget -= len(line)
            if self._budget < 0:
                raise InvalidInput(
                    f"A message has more than {MAX_TEXT_BYTES // 1_000_000} MB of text.",
                    code="document_too_large",
                )
            self._kept += line

    def _boundary(self, line: bytes) -> tuple[int, bool]:
        """Return which of the open parts a line ends, the innermost first, and whether for good."""
        for at in range(len(self._frames) - 1, -1, -1):
            boundary = self._frames[at].boundary
            if line == boundary:
                return at, False
            if line == boundary + b"--":
                return at, True
        return -1, False

    def _begin_body(self) -> Iterator[Started | Ended]:
        """Go from a head to what follows it."""
        head, content = self._head, self._head.content()
        if self._begins_message:
            if not head.is_known and not self._has_started:
                raise InvalidInput(
                    "The file is not an email, whatever its name says: it has no sender, subject "
                    "or date.",
                    code="not_an_email",
                )
            if self._messages:
                yield self._said(self._messages[-1])
            self._has_started = True
            self._messages.append(_Message(len(self._frames), [], []))
            yield Started(level=len(self._messages), head=head, is_sealed=content.is_sealed)
        self._where, self._kept, self._content = "body", None, content
        self._begins_message = False
        is_text = content.type in {"text/plain", "text/html"} and not content.is_attached
        if content.type.startswith("multipart/") and content.boundary:
            self._open(content)
        elif content.type in _MESSAGES and head.encoding in _PLAIN_ENCODINGS:
            self._where, self._head, self._begins_message = "head", Head(), True
            self._check_nesting()
        elif is_text:
            self._kept = bytearray()
        elif content.name and len(self._messages[-1].attachments) < MAX_ATTACHMENTS:
            self._messages[-1].attachments.append(f"{content.name} ({content.type})")

    def _open(self, content: Content) -> None:
        group = self._frames[-1].group if self._frames else 0
        if content.type == "multipart/alternative":
            self._groups += 1
            group = self._groups
        self._frames.append(_Frame(b"--" + content.boundary.encode("utf-8", "replace"), group))
        self._where = "between"
        self._check_nesting()

    def _check_nesting(self) -> None:
        if len(self._frames) > MAX_NESTING or len(self._messages) > MAX_NESTING:
            raise InvalidInput(
                f"The parts of a message are nested deeper than {MAX_NESTING} levels.",
                code="document_too_deep",
            )

    def _end_part(self, at: int, *, is_last: bool) -> Iterator[Started | Ended]:
        """End a part of what is open at a depth, and every message inside of it."""
        if self._where == "head" and (self._begins_message or self._head.is_known):
            yield from self._begin_body()  # a head without a body
        self._finish_body()
        while len(self._messages) > 1 and self._messages[-1].depth > at:
            yield self._said(self._messages.pop())
        del self._frames[at if is_last else at + 1 :]

    def _finish_body(self) -> None:
        if self._kept is not None and self._content is not None and self._messages:
            self._messages[-1].bodies.append(
                Body(
                    content=self._content,
                    encoding=self._head.encoding,
                    data=bytes(self._kept),
                    group=self._frames[-1].group if self._frames else 0,
                )
            )
        self._kept = self._content = None

    def _end_all(self) -> Iterator[Ended]:
        self._finish_body()
        while self._messages:
            yield self._said(self._messages.pop())
        self._frames = []
        self._where, self._head, self._begins_message = "head", Head(), True
        self._budget, self._groups = MAX_TEXT_BYTES, 0

    @staticmethod
    def _said(message: _Message) -> Ended:
        said = Ended(bodies=message.bodies, attachments=message.attachments)
        message.bodies, message.attachments = [], []
        return said
