"""Answers `ParseFile`: the text of a file, for a workflow that reads it."""

from skep_contracts.calls.file import MAX_TEXT_BYTES, ParseFile, ParseFileReply
from skep_ingest.parsing.markdown import MarkdownWriter
from skep_ingest.parsing.open_file import FileOpener, StoredFile
from skep_ingest.parsing.scratch import Scratch
from skep_ingest.shaping.left_out import LeftOut
from skep_runtime.bus import Blobs, Bus, Incoming

_MAX_BYTES_IN_REPLY = 1024 * 1024
"""A longer text is put aside and fetched by whoever asked."""


class FileParsing:
    """Parses files inside the same walls as documents."""

    def __init__(
        self, blobs: Blobs, opener: FileOpener, scratch: Scratch, *, max_file_bytes: int
    ) -> None:
        """Lay files down in `scratch` while they are parsed."""
        self._blobs = blobs
        self._opener = opener
        self._scratch = scratch
        self._max_file_bytes = max_file_bytes

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(ParseFile, self.parse, concurrency=self._opener.settings.files)

    async def parse(self, call: ParseFile, incoming: Incoming) -> ParseFileReply:
        """Return the file's text as Markdown.

        Raises:
            InvalidInput: The file cannot be parsed, or holds no text.
            TooLarge: It is, or its text.
        """
        file = StoredFile(
            tenant=incoming.tenant,
            blob=call.file.blob,
            name=call.file.name,
            mime_type=call.file.mime_type,
        )
        with self._scratch.folder() as folder:
            process = await self._opener.open(
                file,
                folder,
                max_bytes=self._max_file_bytes,
                settings=self._opener.settings.for_calls(),
            )
            left_out = LeftOut()
            found = await process.run(
                lambda blocks: MarkdownWriter(MAX_TEXT_BYTES).write(left_out.passing(blocks))
            )
        content, blob = found.text.encode(), None
        if len(content) > _MAX_BYTES_IN_REPLY:
            blob = await self._blobs.put(incoming.tenant, content)
        return ParseFileReply(
            text=found.text if blob is None else None,
            blob=blob,
            pages=found.pages,
            title=found.title,
            note=left_out.note or "",
        )
