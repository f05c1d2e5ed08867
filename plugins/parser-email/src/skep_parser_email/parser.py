"""An email, or a mailbox of many, into blocks: who wrote whom and when, the text, what hangs on."""

import binascii
import quopri
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from skep_contracts.plugins.parsers import Block
from skep_contracts.problems import InvalidInput
from skep_parser_email.charsets import decoded
from skep_parser_email.headers import Head
from skep_parser_email.messages import Body, Ended, MessageReader, Started
from skep_parser_email.page_text import page_text

MAX_BLOCK_CHARS: Final = 65_536
_SHOWN: Final = ("From", "To", "Cc", "Date")
_MAX_SUBJECT_CHARS: Final = 1_000
_MAX_SHOWN_CHARS: Final = 2_000


class EmailParser:
    """A `Parser` of emails (RFC 5322, MIME) and of mailboxes in the format mbox."""

    def __init__(self) -> None:
        # Imported here, so that a process that is about to fork for each document has it loaded.
        from selectolax.lexbor import LexborHTMLParser

        self._html = LexborHTMLParser

    def parse(self, path: str, *, options: dict[str, Any]) -> Iterator[Block]:
        """Yield for each message its subject, its head, its text, and the names of attachments.

        Raises:
            InvalidInput: The file is empty, no email, encrypted, or nested or long without end.
        """
        is_empty = True
        with Path(path).open("rb") as file:
            if not file.peek(1):
                raise InvalidInput("The file is empty.", code="document_empty")
            for block in self._blocks(file):
                is_empty = False
                yield block
        if is_empty:
            raise InvalidInput("The file has no messages with text.", code="document_empty")

    def _blocks(self, file: IO[bytes]) -> Iterator[Block]:
        reader = MessageReader()
        for event in reader.read(file):
            if isinstance(event, Started):
                if event.is_sealed and event.level == 1 and not reader.is_mailbox:
                    raise InvalidInput(
                        "The email is encrypted. Save it decrypted and add it again.",
                        code="document_encrypted",
                    )
                yield from _head(event.head, event.level)
            else:
                yield from self._ended(event)

    def _ended(self, event: Ended) -> Iterator[Block]:
        texts = [(body, self._text(body)) for body in event.bodies]
        plain = {body.group for body, text in texts if _is_plain(body) and text.strip()}
        rich = {body.group for body, text in texts if not _is_plain(body) and text.strip()}
        for body, text in texts:
            is_other_form = body.group and (
                body.group in plain if not _is_plain(body) else body.group in rich - plain
            )
            if not is_other_form:
                yield from _paragraphs(text)
        if event.attachments:
            names = "\n".join(f"- {name}" for name in event.attachments)
            yield from _pieces(f"Attachments:\n{names}", kind_is_list=True)

    def _text(self, body: Body) -> str:
        text = decoded(_unpacked(body), body.content.charset)
        if not _is_plain(body):
            return page_text(text, self._html)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(_joined(lines) if body.content.is_flowed else lines)


def _is_plain(body: Body) -> bool:
    return body.content.type == "text/plain"


def _unpacked(body: Body) -> bytes:
    """Undo what made the text fit for transport."""
    if body.encoding == "quoted-printable":
        return quopri.decodestring(body.data)
    if body.encoding != "base64":
        return body.data
    try:
        return binascii.a2b_base64(body.data + b"==")
    except binascii.Error:
        return b""  # it is none


def _joined(lines: list[str]) -> Iterator[str]:
    """Join lines that were broken to be short (RFC 3676): those that end with a blank go on."""
    held: list[str] = []
    for line in lines:
        goes_on = line.endswith(" ") and line != "-- "
        held.append(line.removeprefix(" "))
        if not goes_on:
            yield "".join(held)
            held = []
    if held:
        yield "".join(held)


def _head(head: Head, level: int) -> Iterator[Block]:
    subject = head.text("subject")[:_MAX_SUBJECT_CHARS].strip()
    if subject:
        yield Block(text=subject, kind="heading", level=level)
    lines = [f"{name}: {text}" for name in _SHOWN if (text := head.text(name.lower()))]
    if lines:
        yield Block(text="\n".join(line[:_MAX_SHOWN_CHARS] for line in lines))


def _paragraphs(text: str) -> Iterator[Block]:
    lines: list[str] = []
    for line in text.split("\n"):
        kept = line.rstrip()
        if kept:
            lines.append(kept)
        elif lines:
            yield from _pieces("\n".join(lines))
            lines = []
    yield from _pieces("\n".join(lines))


def _pieces(text: str, *, kind_is_list: bool = False) -> Iterator[Block]:
    for start in range(0, len(text), MAX_BLOCK_CHARS):
        piece = text[start : start + MAX_BLOCK_CHARS]
        if piece.strip():
            yield Block(text=piece, kind="list" if kind_is_list else "paragraph")
