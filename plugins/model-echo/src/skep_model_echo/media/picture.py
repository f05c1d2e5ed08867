"""A picture of a text: capitals of three by five dots, on a plain ground, as PNG."""

import struct
import zlib
from typing import Final

WIDTH: Final = 3
HEIGHT: Final = 5
# Five rows of three dots each, as octal digits.
_DIGITS: Final = (
    "25755 65656 34443 65556 74647 74644 34553 55755 72227 11152 55655 44447 57755 65555 25552"
    " 65644 25563 65655 34216 72222 55557 55552 55775 55255 55222 71247 75557 26227 61247 61216"
    " 55711 74616 34757 71222 75757 75716 00002 00024 22202 61202 00700 22000 02020 11244 12221"
    " 42224 55000 02720 07070 00007 57575 51245 52500"
)
_CHARACTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?-':/()\"+=_#%*"
_GLYPHS: Final = {**dict(zip(_CHARACTERS, _DIGITS.split(), strict=True)), " ": "00000"}
_UNKNOWN: Final = "77777"
_FEWEST_DOTS: Final = 40
"""Of a picture's shorter side; letters of a short text grow until there are so few."""
_GROUND: Final = bytes((250, 247, 240))
_INK: Final = bytes((58, 51, 44))


def draw(text: str, width: int, height: int, number: int) -> bytes:
    """Return a PNG with as much of the text as fits; `number` tells pictures of one text apart."""
    lines, dot = _fitted(f"{number + 1}. {text}", width, height)
    return _png(_pixels(lines, width, height, dot), width, height)


def _fitted(text: str, width: int, height: int) -> tuple[list[str], int]:
    """Return the lines of a text, and the largest dot with which they fit; else what fits."""
    largest = max(1, min(width, height) // _FEWEST_DOTS)
    for dot in range(largest, 0, -1):
        columns = max(1, (width // dot - WIDTH) // (WIDTH + 1))
        rows = max(1, (height // dot - HEIGHT) // (HEIGHT + 2))
        lines = _lines(text, columns)
        if len(lines) <= rows or dot == 1:
            return lines[:rows], dot
    return [], 1


def _lines(text: str, columns: int) -> list[str]:
    """Break a text between words, and words that are longer than a line."""
    lines = [""]
    for word in text.upper().split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > columns:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".lstrip()
        while len(lines[-1]) > columns:
            lines[-1:] = [lines[-1][:columns], lines[-1][columns:]]
    return lines


def _pixels(lines: list[str], width: int, height: int, dot: int) -> list[bytes]:
    blank = _GROUND * width
    rows = [blank] * (2 * dot)
    for line in lines:
        glyphs = [_GLYPHS.get(character, _UNKNOWN) for character in line]
        for at in range(HEIGHT):
            row = _GROUND * (2 * dot)
            for glyph in glyphs:
                bits = int(glyph[at])
                for place in (4, 2, 1, 0):
                    row += (_INK if bits & place else _GROUND) * dot
            rows += [(row + blank)[: 3 * width]] * dot
        rows += [blank] * (2 * dot)
    return (rows + [blank] * height)[:height]


def _png(rows: list[bytes], width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checked)
