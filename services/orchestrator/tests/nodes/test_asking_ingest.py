"""What nodes ask ingest for besides passages: the text of files, and what filters can ask about."""

from typing import Any

from services.orchestrator.tests.nodes.test_effects import BusStandIn, Fixture
from skep_contracts.calls.dataset import (
    ListDatasetFields,
    ListDatasetFieldsReply,
    MetadataField,
)
from skep_contracts.calls.file import ParseFile, ParseFileReply
from skep_contracts.ids import FileId
from skep_contracts.plugins.nodes import ParsedText
from skep_contracts.values import FileRef, blob_key

FILE = FileRef(
    id=FileId("file_x"),
    name="a.txt",
    mime_type="text/plain",
    size_bytes=1,
    blob=blob_key(b"x"),
)


class Ingest(BusStandIn):
    def __init__(self, answer: Any) -> None:
        super().__init__()
        self._answer = answer

    async def call(self, call: Any, *, tenant: str, reply: Any, timeout_s: float) -> Any:
        self.calls.append((call, tenant))
        assert isinstance(self._answer, reply)
        return self._answer


def asking(answer: Any, monkeypatch: Any) -> tuple[Any, Ingest]:
    ingest = Ingest(answer)
    monkeypatch.setattr("services.orchestrator.tests.nodes.test_effects.BusStandIn", lambda: ingest)
    return Fixture().context, ingest


async def test_file_is_parsed_as_the_runs_tenant(monkeypatch: Any) -> None:
    reply = ParseFileReply(text="One.", pages=2, title="T", note="N")
    context, ingest = asking(reply, monkeypatch)

    assert await context.parse_file(FILE) == ParsedText(text="One.", pages=2, title="T", note="N")
    assert ingest.calls == [(ParseFile(file=FILE), "t_1")]


async def test_long_text_is_fetched_from_where_it_was_put(monkeypatch: Any) -> None:
    text = "größer " * 10
    context, ingest = asking(ParseFileReply(blob=blob_key(text.encode())), monkeypatch)
    await ingest.blobs.put("t_1", text.encode())

    assert (await context.parse_file(FILE)).text == text


async def test_fields_are_listed(monkeypatch: Any) -> None:
    fields = (MetadataField(name="year", type="number"),)
    context, ingest = asking(ListDatasetFieldsReply(fields=fields), monkeypatch)

    assert await context.dataset_fields(["a", "b"]) == fields
    assert ingest.calls == [(ListDatasetFields(datasets=("a", "b")), "t_1")]
