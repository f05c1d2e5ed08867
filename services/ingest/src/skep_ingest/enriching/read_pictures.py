"""Has a model write down what is in pictures: their words, and what they show."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.asking.pictures import picture_request
from skep_contracts.asking.vision import MAX_IMAGE_BYTES
from skep_contracts.plugins.parsers import Block, PictureSpec
from skep_contracts.problems import InvalidInput, TooLarge
from skep_inference import CallScope
from skep_ingest.enriching.answers import Writer, answer_to, kept
from skep_ingest.enriching.held_blocks import HeldBlocks
from skep_ingest.parsing.choose_parser import picture_type

_SIDE_BY_SIDE: Final = 4
_MAX_BATCH: Final = 256
_HEADING: Final = r"(#{1,6}) +(\S.*?)[ #]*"


class PictureReader(msgspec.Struct, frozen=True, kw_only=True):
    """Reads pictures with a model."""

    spec: PictureSpec
    writer: Writer
    scope: CallScope

    async def read_file(self, path: Path) -> list[Block]:
        """Return the blocks of what a model reads in a picture.

        Raises:
            TooLarge: The picture is.
            InvalidInput: The model finds nothing in it, does not come to an end, or takes no
                pictures.
            SkepError: It cannot be asked now.
        """
        found = await self._read(await asyncio.to_thread(_bytes_of, path), page=None)
        if not found:
            raise InvalidInput("The model finds nothing in this picture.", code="no_text")
        return found

    async def read_pages(self, parsed: HeldBlocks, into: HeldBlocks, *, at_most: int) -> None:
        """Hold the blocks of a document, with what a model reads in each in place of pictures.

        Args:
            parsed: The document.
            into: Empty.
            at_most: So many pictures are read, the first ones; the others stay as they are.

        Raises:
            TooLarge: There are more than the dataset reads; none was read.
            SkepError: As `read_file`, but for pictures in which there is nothing.
        """
        if parsed.pictures > self.spec.most:
            raise TooLarge(
                f"The document has {parsed.pictures:,} pages or pictures for a model to read, and "
                f"this dataset reads {self.spec.most:,} (`pictures.most` of its chunk_spec).",
                code="too_many_pictures",
            )
        left = at_most
        blocks = parsed.read()
        while batch := await asyncio.to_thread(_next_batch, blocks):
            asked = []
            async with asyncio.TaskGroup() as tasks:
                for block in batch:
                    is_read = bool(block.picture) and left > 0
                    left -= is_read
                    asked.append(
                        tasks.create_task(self._read(block.picture, page=block.page))
                        if is_read
                        else None
                    )
            for block, task in zip(batch, asked, strict=True):
                found = [block] if task is None else task.result()
                await asyncio.to_thread(into.write, found)

    async def _read(self, picture: bytes, *, page: int | None) -> list[Block]:
        kind = picture_type(picture)
        if kind is None:
            raise InvalidInput("The parser gave a picture of no known kind.", code="parser_failed")
        request = picture_request(
            picture,
            mime_type=kind,
            model=self.spec.model,
            instruction=self.spec.instruction,
        )
        answer = await answer_to(kept(request), writer=self.writer, scope=self.scope)
        if not answer.is_whole:
            where = "this picture" if page is None else f"page {page:,}"
            raise InvalidInput(
                f"{self.spec.model} reached the end of what it may write before the end of "
                f"{where}: have a model with a larger output read it, or divide the picture.",
                code="picture_too_full",
            )
        return list(_blocks(answer.text, page))


def _next_batch(blocks: Iterator[Block]) -> list[Block]:
    """Return the next blocks, up to a few pictures."""
    batch: list[Block] = []
    pictures = 0
    for block in blocks:
        batch.append(block)
        pictures += bool(block.picture)
        if pictures == _SIDE_BY_SIDE or len(batch) == _MAX_BATCH:
            break
    return batch


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > MAX_IMAGE_BYTES:
        raise TooLarge(f"A picture may have {MAX_IMAGE_BYTES:,} bytes.", code="picture_too_large")
    return path.read_bytes()


def _blocks(text: str, page: int | None) -> Iterator[Block]:
    """Yield the headings of Markdown, and what stands between empty lines; code stays whole."""
    held: list[str] = []
    in_code = False
    for line in (*text.splitlines(), ""):
        heading = None if in_code else re.fullmatch(_HEADING, line)
        is_fence = line.lstrip().startswith("```")
        if held and not in_code and (heading or is_fence or not line.strip()):
            yield _block(held, page)
            held = []
        if heading:
            yield Block(text=heading[2], kind="heading", level=len(heading[1]), page=page)
        elif line.strip() or in_code:
            held.append(line)
        if is_fence and in_code:
            yield _block(held, page)
            held = []
        in_code ^= is_fence
    if any(line.strip() for line in held):
        yield _block(held, page)


def _block(lines: list[str], page: int | None) -> Block:
    if lines[0].lstrip().startswith("```"):
        body = lines[1:-1] if lines[-1].strip() == "```" else lines[1:]
        return Block(text="\n".join(body), kind="code", page=page)
    text = "\n".join(lines).rstrip()
    return Block(text=text, kind="table" if text.startswith("|") else "paragraph", page=page)
