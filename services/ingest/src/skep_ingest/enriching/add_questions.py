"""Has a model write the questions that passages answer, as further children of them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.asking.questions import questions_request, read_questions
from skep_contracts.plugins.parsers import QuestionSpec
from skep_contracts.problems import InvalidInput
from skep_inference import CallScope
from skep_ingest.enriching.answers import Writer, answer_to, kept
from skep_ingest.indexing.spool import NumberedChunk, RunningDigest, Spool
from skep_ingest.shaping.parts import CutChunk

_SIDE_BY_SIDE: Final = 8
_MAX_PASSAGE_CHARS: Final = 32_000
_WITHHELD: Final = frozenset({"content_filtered", "guardrail_blocked"})
"""What a model is kept from answering costs a passage its questions, and not a document."""


class _Passage(msgspec.Struct, frozen=True):
    """Chunks that belong together: children of one passage, or a chunk by itself."""

    chunks: tuple[CutChunk, ...]

    @property
    def text(self) -> str:
        """What is asked about; where children overlap, that is there twice."""
        return "\n".join(chunk.text for chunk in self.chunks)[:_MAX_PASSAGE_CHARS]


async def add_questions(
    spool: Spool, path: Path, spec: QuestionSpec, *, writer: Writer, scope: CallScope
) -> Spool:
    """Return a spool, kept at `path`, with the chunks and behind each passage its questions.

    Raises:
        InvalidInput: There is no such model.
        SkepError: The model cannot be asked now.
    """
    written = Spool(path)
    with written.writing() as add:
        async for passages in _batches(spool):
            async with asyncio.TaskGroup() as tasks:
                asked = [tasks.create_task(_ask(each, spec, writer, scope)) for each in passages]
            for passage, asking in zip(passages, asked, strict=True):
                parent = written.count
                for chunk in _own(passage, parent):
                    add(chunk)
                for question in asking.result():
                    add(_asked(question, passage, parent))
    return written


async def _batches(spool: Spool) -> AsyncIterator[list[_Passage]]:
    """Yield the passages of a spool, some at a time; reading is left to a thread."""
    batches = spool.batches(64, digest=RunningDigest())
    held: list[CutChunk] = []
    ready: list[_Passage] = []
    while True:
        batch = await asyncio.to_thread(next, batches, None)
        for chunk in _drafts(batch or ()):
            if held and (chunk.parent is None or chunk.parent != held[0].parent):
                ready.append(_Passage(tuple(held)))
                held = []
            held.append(chunk)
        if batch is None and held:
            ready.append(_Passage(tuple(held)))
        while len(ready) >= _SIDE_BY_SIDE or (batch is None and ready):
            yield ready[:_SIDE_BY_SIDE]
            ready = ready[_SIDE_BY_SIDE:]
        if batch is None:
            return


def _drafts(batch: Iterable[NumberedChunk]) -> Iterable[CutChunk]:
    return (chunk.draft for chunk in batch)


async def _ask(
    passage: _Passage, spec: QuestionSpec, writer: Writer, scope: CallScope
) -> tuple[str, ...]:
    request = questions_request(
        passage.text,
        headings=passage.chunks[0].heading_path,
        count=spec.count,
        model=spec.model,
        instruction=spec.instruction,
    )
    try:
        answer = await answer_to(kept(request), writer=writer, scope=scope)
    except InvalidInput as error:
        if error.exact_code not in _WITHHELD:
            raise
        return ()
    return read_questions(answer.text, count=spec.count)


def _own(passage: _Passage, parent: int) -> Iterable[CutChunk]:
    """Yield the chunks of a passage where it stands now; a chunk becomes its own only child."""
    for chunk in passage.chunks:
        part = chunk.part if chunk.part is not None else (0, len(chunk.text))
        yield msgspec.structs.replace(chunk, parent=parent, part=part)


def _asked(question: str, passage: _Passage, parent: int) -> CutChunk:
    first, last = passage.chunks[0], passage.chunks[-1]
    return CutChunk(
        text=question,
        start=first.start,
        end=max(first.start, last.end),
        page=first.page,
        heading_path=first.heading_path,
        parent=parent,
    )
