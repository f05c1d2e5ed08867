"""The head of a message or of a part: what is read of it, decoded (RFC 5322, 2045, 2047, 2231)."""

import binascii
import quopri
import re
from email.message import Message
from typing import Final

from skep_parser_email.charsets import decoded

MAX_HEADER_BYTES: Final = 8_192
"""Of one header: what is beyond is not read, for taking headers apart can be slow."""
_READ: Final = frozenset(
    [
        "cc",
        "content-disposition",
        "content-transfer-encoding",
        "content-type",
        "date",
        "from",
        "subject",
        "to",
    ]
)
_KNOWN: Final = _READ | {"message-id", "mime-version", "received", "return-path", "x-mailer"}
_HEADER: Final = re.compile(rb"([A-Za-z0-9-]{1,100})[ \t]*:")
_WORD: Final = re.compile(r"=\?([A-Za-z0-9_.:-]{1,60})(?:\*[A-Za-z-]{1,9})?\?([QqBb])\?([^?]*)\?=")
_BETWEEN_WORDS: Final = re.compile(r"(?<=\?=)\s+(?==\?)")


class Head:
    """A head, as its lines come in."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}
        self._name = ""
        self.is_known = False
        """Whether any header was seen that emails have."""

    def take(self, line: bytes) -> bool:
        """Take a line in; tell whether it is one of a head."""
        if line[:1] in {b" ", b"\t"}:
            self._add(line)
            return True
        found = _HEADER.match(line)
        if found is None:
            return False
        name = found[1].decode("ascii").lower()
        self.is_known = self.is_known or name in _KNOWN
        self._name = name if name in _READ and name not in self._values else ""
        self._add(line[found.end() :])
        return True

    def text(self, name: str) -> str:
        """Return what a header says to a reader."""
        return _readable(self._values.get(name, b""))

    @property
    def encoding(self) -> str:
        """How the body is encoded for transport."""
        return self.text("content-transfer-encoding").lower()

    def content(self) -> "Content":
        """Return what the body is."""
        message: Message = Message()
        for name in ("content-type", "content-disposition"):
            value = decoded(self._values.get(name, b""), "utf-8")
            if value.strip():
                message[name] = " ".join(value.split())
        return Content(message)

    def _add(self, piece: bytes) -> None:
        if self._name:
            so_far = self._values.get(self._name, b"")
            self._values[self._name] = (so_far + piece)[:MAX_HEADER_BYTES]


class Content:
    """What a body is: its type, its file's name, and the parameters that matter."""

    def __init__(self, message: Message) -> None:
        """Take the headers of `message` apart."""
        self.type = message.get_content_type()
        self.charset = self.boundary = self.name = ""
        self.is_attached = message.get_content_disposition() == "attachment"
        try:
            self.charset = str(message.get_content_charset() or "")
            self.boundary = str(message.get_boundary() or "")
            self.name = _readable(str(message.get_filename() or "").encode("utf-8", "replace"))
            self.is_flowed = str(message.get_param("format", "")).lower() == "flowed"
            self.is_sealed = self.type == "multipart/encrypted" or (
                self.type in {"application/pkcs7-mime", "application/x-pkcs7-mime"}
                and str(message.get_param("smime-type", "")).lower() != "signed-data"
            )
        except (ValueError, LookupError, TypeError, AttributeError):
            self.is_flowed = self.is_sealed = False  # parameters that are none


def _readable(value: bytes) -> str:
    text = _BETWEEN_WORDS.sub("", decoded(value, "utf-8"))
    return " ".join(_WORD.sub(_decoded_word, text).split())


def _decoded_word(found: re.Match[str]) -> str:
    charset, form, content = found.groups()
    try:
        if form in "Bb":
            return decoded(binascii.a2b_base64(f"{content}=="), charset)
        return decoded(quopri.decodestring(content.encode(), header=True), charset)
    except ValueError:
        return found[0]
