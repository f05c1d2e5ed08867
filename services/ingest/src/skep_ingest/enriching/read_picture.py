"""Has a model write down what is in a picture: its words, and what it shows."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from skep_contracts.asking.pictures import picture_request
from skep_contracts.asking.vision import MAX_IMAGE_BYTES
from skep_contracts.plugins.parsers import Block, PictureSpec
from skep_contracts.problems import InvalidInput, TooLarge
from skep_inference import CallScope
from skep_ingest.enriching.answers import Writer, answer_to

HEAD_BYTES: Final = 16
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_MOST_HASHES: Final = 6


def picture_type(path: Path) -> str | None:
    """Return the MIME type of a picture by its first bytes, None for what is none. Blocks."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)


async def read_picture(
    path: Path, mime_type: str, spec: PictureSpec, *, writer: Writer, scope: CallScope
) -> list[Block]:
    """Return the blocks of what a model reads in a picture.

    Raises:
        TooLarge: The picture is.
        InvalidInput: The model finds nothing in it, or takes no pictures.
        SkepError: It cannot be asked now.
    """
    picture = await asyncio.to_thread(_bytes_of, path)
    request = picture_request(
        picture, mime_type=mime_type, model=spec.model, instruction=spec.instruction
    )
    text = await answer_to(request, writer=writer, scope=scope)
    found = list(_blocks(text))
    if not found:
        raise InvalidInput("The model finds nothing in this picture.", code="no_text")
    return found


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > MAX_IMAGE_BYTES:
        raise TooLarge(f"A picture may have {MAX_IMAGE_BYTES:,} bytes.", code="picture_too_large")
    return path.read_bytes()


def _blocks(text: str) -> Iterator[Block]:
    """Yield the paragraphs and headings of Markdown."""
    for part in text.replace("\r\n", "\n").split("\n\n"):
        piece = part.strip("\n").rstrip()
        if not piece.strip():
            continue
        hashes = len(piece) - len(piece.lstrip("#"))
        if 0 < hashes <= _MOST_HASHES and piece[hashes : hashes + 1] == " " and "\n" not in piece:
            yield Block(text=piece[hashes:].strip(), kind="heading", level=hashes)
        else:
            yield Block(text=piece, kind="table" if piece.startswith("|") else "paragraph")
