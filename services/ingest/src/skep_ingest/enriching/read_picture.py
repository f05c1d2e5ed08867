"""Has a model write down what is in a picture: its words, and what it shows."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from skep_contracts.asking.pictures import picture_request
from skep_contracts.asking.vision import MAX_IMAGE_BYTES
from skep_contracts.plugins.parsers import Block, PictureSpec
from skep_contracts.problems import InvalidInput, TooLarge
from skep_inference import CallScope
from skep_ingest.enriching.answers import Writer, answer_to, kept

HEAD_BYTES: Final = 16
_SIGNATURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_HEADING: Final = r"(#{1,6}) +(\S.*?)[ #]*"


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
        InvalidInput: The model finds nothing in it, does not come to an end, or takes no pictures.
        SkepError: It cannot be asked now.
    """
    picture = await asyncio.to_thread(_bytes_of, path)
    request = picture_request(
        picture, mime_type=mime_type, model=spec.model, instruction=spec.instruction
    )
    answer = await answer_to(kept(request), writer=writer, scope=scope)
    if not answer.is_whole:
        raise InvalidInput(
            f"{spec.model} reached the end of what it may write before the end of this picture: "
            "have a model with a larger output read it, or divide the picture.",
            code="picture_too_full",
        )
    found = list(_blocks(answer.text))
    if not found:
        raise InvalidInput("The model finds nothing in this picture.", code="no_text")
    return found


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > MAX_IMAGE_BYTES:
        raise TooLarge(f"A picture may have {MAX_IMAGE_BYTES:,} bytes.", code="picture_too_large")
    return path.read_bytes()


def _blocks(text: str) -> Iterator[Block]:
    """Yield the headings of Markdown, and what stands between empty lines; code stays whole."""
    held: list[str] = []
    in_code = False
    for line in (*text.splitlines(), ""):
        heading = None if in_code else re.fullmatch(_HEADING, line)
        is_fence = line.lstrip().startswith("```")
        if held and not in_code and (heading or is_fence or not line.strip()):
            yield _block(held)
            held = []
        if heading:
            yield Block(text=heading[2], kind="heading", level=len(heading[1]))
        elif line.strip() or in_code:
            held.append(line)
        if is_fence and in_code:
            yield _block(held)
            held = []
        in_code ^= is_fence
    if any(line.strip() for line in held):
        yield _block(held)


def _block(lines: list[str]) -> Block:
    if lines[0].lstrip().startswith("```"):
        body = lines[1:-1] if lines[-1].strip() == "```" else lines[1:]
        return Block(text="\n".join(body), kind="code")
    text = "\n".join(lines).rstrip()
    return Block(text=text, kind="table" if text.startswith("|") else "paragraph")
