"""Writes documents for tests: a PDF of as many pages as wanted, plain or encrypted."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

_PADDING: Final = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_PERMISSIONS: Final = -4
_FILE_ID: Final = bytes(range(16))
_LINES_PER_PAGE: Final = 60


def make_pdf(pages: Sequence[str], *, password: str | None = None) -> bytes:
    """Return a PDF with one page per text. Lines break at line feeds; only Latin-1 can be written.

    Args:
        pages: The text of each page; an empty one makes a page without text, like a scan.
        password: Encrypts the file (PDF 1.7, section 7.6), to be opened with this alone.
    """
    secret = None if password is None else _Encryption(password)
    count = len(pages)
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{4 + 2 * n} 0 R' for n in range(count))}] "
        f"/Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for text in pages:
        number = len(objects) + 1
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        stream = _drawing(text)
        if secret is not None:
            stream = secret.stream(number + 1, stream)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    trailer = f"/Size {len(objects) + 1 + (secret is not None)} /Root 1 0 R".encode()
    if secret is not None:
        objects.append(secret.dictionary)
        trailer += b" /Encrypt %d 0 R /ID [<%s> <%s>]" % (
            len(objects),
            _FILE_ID.hex().encode(),
            _FILE_ID.hex().encode(),
        )
    return _file(objects, trailer)


def _drawing(text: str) -> bytes:
    if not text:
        return b"0 0 m 100 100 l S"
    lines = text.split("\n")[:_LINES_PER_PAGE]
    shown = b" ".join(b"(%s) Tj T*" % _escaped(line) for line in lines)
    return b"BT /F1 9 Tf 12 TL 50 800 Td " + shown + b" ET"


def _escaped(line: str) -> bytes:
    escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return escaped.encode("cp1252", "replace")


def _file(objects: Iterable[bytes], trailer: bytes) -> bytes:
    written = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, start)
    return bytes(written)


class _Encryption:
    """The standard security handler with a key of 40 bits: algorithms 1 to 4 of section 7.6."""

    def __init__(self, password: str) -> None:
        padded = (password.encode("cp1252") + _PADDING)[:32]
        owner = _rc4(hashlib.md5(padded).digest()[:5], padded)  # noqa: S324  # what the format says
        permissions = (_PERMISSIONS & 0xFFFFFFFF).to_bytes(4, "little")
        seed = padded + owner + permissions + _FILE_ID
        self._key = hashlib.md5(seed).digest()[:5]  # noqa: S324  # what the format says
        user = _rc4(self._key, _PADDING)
        self.dictionary = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>" % (
            owner.hex().encode(),
            user.hex().encode(),
            _PERMISSIONS,
        )

    def stream(self, number: int, content: bytes) -> bytes:
        """Encrypt the stream of one object."""
        seed = self._key + number.to_bytes(3, "little") + b"\0\0"
        return _rc4(hashlib.md5(seed).digest()[:10], content)  # noqa: S324  # what the format says


def _rc4(key: bytes, content: bytes) -> bytes:
    state = list(range(256))
    other = 0
    for at in range(256):
        other = (other + state[at] + key[at % len(key)]) % 256
        state[at], state[other] = state[other], state[at]
    at = other = 0
    result = bytearray()
    for byte in content:
        at = (at + 1) % 256
        other = (other + state[at]) % 256
        state[at], state[other] = state[other], state[at]
        result.append(byte ^ state[(state[at] + state[other]) % 256])
    return bytes(result)
