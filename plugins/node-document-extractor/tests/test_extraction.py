"""Order, limits, and errors that name the file."""

import asyncio
from typing import Any

import pytest

from skep_contracts.ids import FileId
from skep_contracts.plugins.nodes import NodeResult, ParsedText
from skep_contracts.problems import InvalidInput, SkepError, TooLarge, Unavailable
from skep_contracts.values import FileRef, blob_key, file_to_value
from skep_node_document_extractor.extraction import MAX_FILES, ExtractorNode
from skep_node_document_extractor.settings import ExtractorSettings
from skep_testing.conformance.nodes import FakeNodeContext


def file(name: str) -> Any:
    return file_to_value(
        FileRef(
            id=FileId(f"file_{name}"),
            name=name,
            mime_type="text/plain",
            size_bytes=1,
            blob=blob_key(name.encode()),
        )
    )


def extract(value: Any, context: type[FakeNodeContext] = FakeNodeContext, **given: Any) -> Any:
    ctx = context({"a": {"b": value}}, **given)
    result = asyncio.run(ExtractorNode().run(ctx, ExtractorSettings(file="{{a.b}}")))
    assert isinstance(result, NodeResult)
    return result.outputs["text"]


@pytest.mark.parametrize(("value", "text"), [(None, ""), ([], [])])
def test_nothing_gives_nothing(value: Any, text: Any) -> None:
    assert extract(value) == text


@pytest.mark.parametrize("value", ["a.txt", 3, {"name": "a.txt"}, [file("a.txt"), None]])
def test_what_is_no_file_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        extract(value, parsed={"a.txt": "x"})

    assert refusal.value.exact_code == "not_a_file"


def test_order_is_kept_and_few_are_read_at_a_time() -> None:
    class Slow(FakeNodeContext):
        reading = most = 0

        async def parse_file(self, file: FileRef) -> ParsedText:
            Slow.reading += 1
            Slow.most = max(Slow.most, Slow.reading)
            await asyncio.sleep(0.02 / (1 + int(file.name)))
            Slow.reading -= 1
            return ParsedText(text=file.name)

    assert extract([file(str(n)) for n in range(20)], Slow) == [str(n) for n in range(20)]
    assert Slow.most == 4


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInput("The PDF is protected.", code="document_encrypted"), "document_encrypted"),
        (TooLarge("The file is larger than 5 bytes."), "too_large"),
        (Unavailable("No ingest service.", retry_after_s=3), "unavailable"),
    ],
)
def test_error_says_which_file(error: SkepError, code: str) -> None:
    parsed = {"a.txt": "x", "b.pdf": error}

    with pytest.raises(type(error)) as one:
        extract(file("b.pdf"), parsed=parsed)
    with pytest.raises(type(error)) as several:
        extract([file("a.txt"), file("b.pdf"), file("a.txt")], parsed=parsed)

    assert one.value.detail == f"The file 'b.pdf' cannot be read: {error.detail}"
    assert several.value.detail.startswith("The file 'b.pdf', number 2 of 3, cannot be read")
    assert (several.value.exact_code, several.value.retry_after_s) == (code, error.retry_after_s)


def test_failure_ends_the_work_on_the_others() -> None:
    ended = []

    class Hanging(FakeNodeContext):
        async def parse_file(self, file: FileRef) -> ParsedText:
            if file.name == "bad":
                raise InvalidInput("Damaged.")
            try:
                await asyncio.sleep(60)
            finally:
                ended.append(file.name)
            raise AssertionError

    with pytest.raises(InvalidInput, match="bad"):
        extract([file("good"), file("bad"), file("good")], Hanging)

    assert set(ended) == {"good"}


def test_text_is_limited_together() -> None:
    with pytest.raises(TooLarge):
        extract([file("a.txt")] * 3, parsed={"a.txt": "x" * 3_000_000})


def test_number_of_files_is_limited() -> None:
    with pytest.raises(InvalidInput, match="101 files"):
        extract([file("a.txt")] * (MAX_FILES + 1), parsed={"a.txt": "x"})


def test_what_was_left_out_of_a_file_is_logged() -> None:
    note = "Not read, for there is a picture and no text: page 2."
    ctx = FakeNodeContext(
        {"a": {"b": [file("a.txt"), file("scan.pdf")]}},
        parsed={"a.txt": "x", "scan.pdf": ParsedText(text="y", note=note)},
    )

    result = asyncio.run(ExtractorNode().run(ctx, ExtractorSettings(file="{{a.b}}")))

    assert isinstance(result, NodeResult)
    assert result.outputs == {"text": ["x", "y"]}
    assert result.logs == (f"scan.pdf: {note}",)
