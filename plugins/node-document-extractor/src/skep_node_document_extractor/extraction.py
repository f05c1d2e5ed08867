"""Has files parsed, a few at a time, and keeps their order."""

import asyncio
from typing import Final

from skep_contracts.plugins.nodes import NodeContext, NodeResult, ParsedText
from skep_contracts.problems import FieldError, InvalidInput, SkepError, TooLarge
from skep_contracts.values import MAX_VALUE_BYTES, FileRef, Value, file_from_value
from skep_node_document_extractor.settings import ExtractorSettings

MAX_FILES: Final = 100
_AT_ONCE: Final = 4
_SHOWN_CHARS: Final = 100


class ExtractorNode:
    """Gives the text of a file, or the texts of several in their order."""

    async def run(self, ctx: NodeContext, settings: ExtractorSettings) -> NodeResult:
        """Read.

        Raises:
            InvalidInput: What is given is no file, or one cannot be read; it is named.
            TooLarge: A file is, or all the text together.
        """
        value = ctx.value(settings.file)
        if value is None:
            return NodeResult(outputs={"text": ""}, logs=("There is no file, and so no text.",))
        is_list = isinstance(value, list)
        files = _files_in(value if isinstance(value, list) else [value], is_list=is_list)
        parsed = await _read_all(ctx, files, is_list=is_list)
        texts = [each.text for each in parsed]
        if sum(map(len, texts)) > MAX_VALUE_BYTES:
            raise TooLarge(
                f"The files hold more than {MAX_VALUE_BYTES // 1024**2} MiB of text together; read "
                "fewer at a time.",
                code="too_much_text",
            )
        text: Value = [*texts] if is_list else texts[0]
        notes = [
            f"{file.name[:_SHOWN_CHARS]}: {each.note}"
            for file, each in zip(files, parsed, strict=True)
            if each.note
        ]
        return NodeResult(outputs={"text": text}, logs=tuple(notes))


def _files_in(items: list[Value], *, is_list: bool) -> list[FileRef]:
    if len(items) > MAX_FILES:
        raise InvalidInput(
            f"{len(items):,} files are more than the {MAX_FILES} that can be read at a time.",
            errors=[FieldError(pointer="/file", message=f"more than {MAX_FILES} files")],
            code="too_many_files",
        )
    files = []
    for index, item in enumerate(items):
        file = file_from_value(item)
        if file is None:
            which = f"Item {index + 1} of the list" if is_list else "The value"
            raise InvalidInput(
                f"{which} to be read is no file.",
                errors=[FieldError(pointer="/file", message="refers to what is no file")],
                code="not_a_file",
            )
        files.append(file)
    return files


async def _read_all(ctx: NodeContext, files: list[FileRef], *, is_list: bool) -> list[ParsedText]:
    """Return what is in the files; the first that cannot be read ends the work on the others."""
    slots = asyncio.Semaphore(_AT_ONCE)
    texts = [ParsedText(text="")] * len(files)
    failures: list[SkepError] = []
    reading: list[asyncio.Task[None]] = []

    async def read(index: int, file: FileRef) -> None:
        async with slots:
            try:
                texts[index] = await ctx.parse_file(file)
            except SkepError as error:
                number = f", number {index + 1} of {len(files)}," if is_list else ""
                failures.append(_about(file, number, error))
                for task in reading:
                    if task is not asyncio.current_task():
                        task.cancel()

    async with asyncio.TaskGroup() as tasks:
        reading += (tasks.create_task(read(*each)) for each in enumerate(files))
    if failures:
        raise failures[0]
    return texts


def _about(file: FileRef, number: str, error: SkepError) -> SkepError:
    """Return the same error, with the file it is about."""
    return type(error)(
        f"The file {file.name[:_SHOWN_CHARS]!r}{number} cannot be read: {error.detail}",
        errors=error.errors,
        retry_after_s=error.retry_after_s,
        code=error.exact_code,
    )
