"""Pictures are read by a model; what it writes is what is searched and cited."""

import asyncio
import base64
import threading
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from services.ingest.tests.stage import CALL_S, TENANT, Stage
from skep_contracts.asking.vision import MAX_IMAGE_BYTES
from skep_contracts.calls.chunk_edit import PreviewChunks, PreviewChunksReply
from skep_contracts.calls.dataset import DatasetInfo, DocumentStatus
from skep_contracts.calls.dataset_edit import ReindexDataset, ReindexReply
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatRequest,
    ImagePart,
    StreamEnd,
    TextDelta,
    Usage,
)
from skep_contracts.plugins.parsers import Block, ChunkSpec, PictureSpec
from skep_contracts.problems import InvalidInput, RateLimited, SkepError
from skep_inference import CallScope
from skep_ingest.datasets.create_dataset import DatasetCreator
from skep_ingest.enriching.held_blocks import HeldBlocks
from skep_ingest.indexing import split_document
from skep_testing.documents import make_pdf

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PICTURES = {
    "image/png": PNG,
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(40),
    "image/gif": b"GIF89a" + bytes(40),
    "image/webp": b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(40),
}
ANSWER = "# Opening hours\n\nMonday to Friday, 9 to 17.\n\n| day | from |\n|---|---|\n| Sat | 10 |"
SPEC = ChunkSpec(pictures=PictureSpec(model="ollama/llava", instruction="Mind the hours."))


class Seer:
    """A model that sees what it is told to."""

    def __init__(self) -> None:
        self.requests: list[ChatRequest] = []
        self.errors: list[SkepError] = []
        self.answer = ANSWER
        self.end: Literal["stop", "length"] = "stop"

    async def chat(
        self, model: str, request: ChatRequest, *, scope: CallScope
    ) -> AsyncGenerator[ChatDelta, None]:
        assert (model, scope.tenant) == ("ollama/llava", TENANT)
        self.requests.append(request)
        if self.errors:
            raise self.errors.pop(0)
        yield TextDelta(text=f"<think>hm</think>{self.answer}")
        yield StreamEnd(finish_reason=self.end, usage=Usage(), model="m")


@pytest.fixture
def seer(stage: Stage) -> Seer:
    scripted = Seer()
    stage.ingest.indexer._splitter._writer = scripted
    return scripted


@pytest.fixture
async def dataset(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> DatasetInfo:
    async def is_there(*_: object) -> None:
        """The model is the scripted one, whatever credentials there are."""

    monkeypatch.setattr(DatasetCreator, "check_models", is_there)
    return await stage.dataset(chunk_spec=SPEC)


@pytest.mark.parametrize(("kind", "picture"), PICTURES.items(), ids=list(PICTURES))
async def test_picture_is_found_by_what_is_in_it(
    stage: Stage, seer: Seer, *, dataset: DatasetInfo, kind: str, picture: bytes
) -> None:
    # Whatever it is called and was sent as: its first bytes count.
    document = await stage.indexed(dataset.id, "door.txt", picture, mime_type="text/plain")

    (found,) = await stage.search("When is it open on Monday?", dataset.id, top_k=1)
    (request,) = seer.requests
    shown = request.messages[1].content[0]
    assert "Monday to Friday, 9 to 17." in found.text
    assert "<think>" not in found.text
    assert found.document_id == document.id
    assert isinstance(shown, ImagePart)
    assert (shown.mime_type, base64.b64decode(shown.data or "")) == (kind, picture)
    assert "Mind the hours." in request.messages[0].text()
    assert request.cache is not None


async def test_dataset_that_reads_no_pictures_says_what_to_set(stage: Stage) -> None:
    dataset = await stage.dataset()

    document = await stage.settled(await stage.add(dataset.id, "door.png", PNG))

    assert (document.status, document.error_code) == (DocumentStatus.FAILED, "pictures_not_read")
    assert "`pictures`" in (document.error or "")


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ("", None, "no_text"),
        (" \n\n ", None, "no_text"),
        ("", InvalidInput("takes no images", code="no_vision"), "no_vision"),
    ],
)
async def test_what_cannot_be_read_fails_with_a_reason(
    stage: Stage, seer: Seer, *, dataset: DatasetInfo, answer: str, error: Any, code: str
) -> None:
    seer.answer = answer
    seer.errors = [error] if error else []

    document = await stage.settled(await stage.add(dataset.id, "door.png", PNG))

    assert (document.status, document.error_code) == (DocumentStatus.FAILED, code)


async def test_large_picture_is_refused_before_the_model_is_asked(
    stage: Stage, seer: Seer, dataset: DatasetInfo
) -> None:
    large = PNG + bytes(MAX_IMAGE_BYTES)

    document = await stage.settled(await stage.add(dataset.id, "door.png", large))

    assert (document.status, document.error_code) == (DocumentStatus.FAILED, "picture_too_large")
    assert seer.requests == []


async def test_model_that_is_busy_is_asked_again(
    stage: Stage, seer: Seer, dataset: DatasetInfo
) -> None:
    seer.errors = [RateLimited("slow down", retry_after_s=0.1)]

    document = await stage.indexed(dataset.id, "door.png", PNG)

    assert document.chunks_done == 1
    assert len(seer.requests) == 2


async def test_model_that_does_not_see_is_refused_at_once(stage: Stage) -> None:
    blind = ChunkSpec(pictures=PictureSpec(model="echo/echo"))
    unknown = ChunkSpec(pictures=PictureSpec(model="nobody/nothing"))
    await stage.dataset("plain")

    with pytest.raises(InvalidInput, match="takes no images") as created:
        await stage.dataset(chunk_spec=blind)
    again = ReindexDataset(dataset="plain", chunk_spec=unknown)
    with pytest.raises(InvalidInput) as changed:
        await stage.bus.call(again, tenant=TENANT, reply=ReindexReply, timeout_s=CALL_S)

    pointers = [raised.value.errors[0].pointer for raised in (created, changed)]
    assert pointers == ["/chunk_spec/pictures/model"] * 2


async def test_answer_that_was_cut_off_is_not_taken_for_the_whole(
    stage: Stage, seer: Seer, dataset: DatasetInfo
) -> None:
    seer.end = "length"

    document = await stage.settled(await stage.add(dataset.id, "door.png", PNG))

    assert (document.status, document.error_code) == (DocumentStatus.FAILED, "picture_too_full")
    assert "ollama/llava" in (document.error or "")


async def test_headings_tables_and_code_are_told_apart(
    stage: Stage, seer: Seer, dataset: DatasetInfo
) -> None:
    seer.answer = "# Doors\nOne.\n## Keys ##\nTwo.\n```\n# no heading\n\nx = 1\n```\n| a |\n|---|"

    await stage.indexed(dataset.id, "door.png", PNG)

    (chunk,) = await stage.stored(dataset.id)
    parts = ["Doors", "One.", "Keys", "Two.", "# no heading\n\nx = 1", "| a |\n|---|"]
    assert chunk.text == "\n\n".join(parts)


async def test_pages_without_text_are_read_and_cited_by_page(
    stage: Stage, seer: Seer, dataset: DatasetInfo
) -> None:
    seer.answer = "The museum opens at nine."
    spec = msgspec.structs.replace(SPEC, max_chars=30, overlap_chars=0)
    pages = await stage.dataset("pages", chunk_spec=spec)
    scan = make_pdf(["Words about bees.", "", "Words about honey."])

    document = await stage.indexed(pages.id, "scan.pdf", scan)

    (found,) = await stage.search("When does the museum open?", pages.id, top_k=1)
    (request,) = seer.requests
    shown = request.messages[1].content[0]
    assert (found.text.strip(), found.page) == ("The museum opens at nine.", 2)
    assert isinstance(shown, ImagePart)
    assert shown.mime_type == "image/jpeg"
    assert document.note is None
    assert len(await stage.stored(pages.id)) == 3


async def test_pages_nobody_reads_are_told(stage: Stage, seer: Seer) -> None:
    dataset = await stage.dataset("unseeing")
    scan = make_pdf(["Words.", "", "", "Words.", "", "Words."])

    document = await stage.indexed(dataset.id, "scan.pdf", scan)
    replaced = await stage.add(dataset.id, "scan.pdf", make_pdf(["All words."]))
    await stage.until_done(replaced, 1)

    assert document.note is not None
    assert "pages 2–3, 5." in document.note
    assert "`pictures`" in document.note
    assert (await stage.get(replaced)).note is None
    assert seer.requests == []


async def test_document_with_too_many_pages_to_see_costs_nothing(
    stage: Stage, seer: Seer, dataset: DatasetInfo
) -> None:
    few = PictureSpec(model="ollama/llava", most=2)
    narrow = await stage.dataset("narrow", chunk_spec=ChunkSpec(pictures=few))

    document = await stage.settled(await stage.add(narrow.id, "scan.pdf", make_pdf(["", "", ""])))
    fits = await stage.settled(await stage.add(narrow.id, "fits.pdf", make_pdf(["", ""])))

    assert (document.status, document.error_code) == (DocumentStatus.FAILED, "too_many_pictures")
    assert "3 pages" in (document.error or "")
    assert fits.status == DocumentStatus.READY
    assert len(seer.requests) == 2


async def test_preview_reads_some_pages_and_counts_all(
    stage: Stage, seer: Seer, dataset: DatasetInfo
) -> None:
    seer.answer = "A page that is seen."
    spec = msgspec.structs.replace(SPEC, max_chars=30, overlap_chars=0)
    file = await stage.file("scan.pdf", make_pdf(["Words that fill a whole page.", *[""] * 5]))
    call = PreviewChunks(dataset=dataset.id, file=file, chunk_spec=spec)
    plain = msgspec.structs.replace(call, chunk_spec=ChunkSpec())

    shown = await stage.bus.call(call, tenant=TENANT, reply=PreviewChunksReply, timeout_s=CALL_S)
    unseen = await stage.bus.call(plain, tenant=TENANT, reply=PreviewChunksReply, timeout_s=CALL_S)

    assert shown.chunks[-1].page == 4  # the third of those that are pictures
    assert (shown.model_calls, len(seer.requests)) == (5, 3)
    assert shown.note is None
    assert (unseen.total, unseen.model_calls) == (1, 0)
    assert "pages 2–6." in (unseen.note or "")


async def test_preview_refuses_a_model_that_cannot_see(stage: Stage) -> None:
    dataset = await stage.dataset()
    blind = ChunkSpec(pictures=PictureSpec(model="echo/echo", most=0))
    file = await stage.file("door.png", PNG)

    with pytest.raises(InvalidInput) as raised:
        await stage.bus.call(
            PreviewChunks(dataset=dataset.id, file=file, chunk_spec=blind),
            tenant=TENANT,
            reply=PreviewChunksReply,
            timeout_s=CALL_S,
        )
    assert raised.value.errors[0].pointer == "/chunk_spec/pictures/most"
    blind = ChunkSpec(pictures=PictureSpec(model="echo/echo"))
    with pytest.raises(InvalidInput, match="takes no images"):
        await stage.bus.call(
            PreviewChunks(dataset=dataset.id, file=file, chunk_spec=blind),
            tenant=TENANT,
            reply=PreviewChunksReply,
            timeout_s=CALL_S,
        )


async def test_full_disk_is_waited_out_and_told(
    stage: Stage, seer: Seer, *, dataset: DatasetInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, is_full = HeldBlocks.write, True

    def write(held: HeldBlocks, blocks: Iterable[Block]) -> None:
        if is_full:
            held._path = Path("/nowhere/at/all")
        real(held, blocks)

    monkeypatch.setattr(HeldBlocks, "write", write)
    document = await stage.add(dataset.id, "scan.pdf", make_pdf(["words", ""]))
    waits = await stage.until(document, DocumentStatus.QUEUED, DocumentStatus.FAILED)
    while waits.error is None:
        waits = await stage.get(document)
    is_full = False
    done = await stage.settled(document)

    assert waits.error == "The pages of a document cannot be written to disk."
    assert done.status == DocumentStatus.READY


async def test_reading_that_is_cancelled_ends_with_the_next_block(
    stage: Stage, seer: Seer, dataset: DatasetInfo
) -> None:
    taken: list[Block] = []
    more = threading.Event()

    def blocks() -> Iterable[Block]:
        for number in range(1_000):
            yield Block(text=str(number))
            if number == 2:
                more.wait(10)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await split_document._apart(taken.extend, blocks())
    more.set()
    await asyncio.sleep(0.1)

    assert len(taken) <= 3
