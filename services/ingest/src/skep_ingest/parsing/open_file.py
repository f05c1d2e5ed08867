"""From a stored file to a process that is ready to parse it."""

import asyncio
from pathlib import Path, PurePath

import msgspec

from skep_contracts.ids import BlobKey
from skep_contracts.problems import InvalidInput, NotFound, TooLarge
from skep_ingest.parsing.choose_parser import Parsers
from skep_ingest.parsing.fork_server import ForkServer
from skep_ingest.parsing.parse_process import ParseProcess, ParsingSettings
from skep_runtime.bus import Blobs


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """Where the bytes are, and what their owner says they are."""

    tenant: str
    blob: str
    name: str
    mime_type: str


class FileOpener:
    """Opens files of every format that an installed parser reads."""

    def __init__(self, blobs: Blobs, parsers: Parsers, settings: ParsingSettings) -> None:
        """Read files from `blobs`."""
        self._blobs = blobs
        self._parsers = parsers
        self._fork_server = ForkServer()
        self.settings = settings

    def close(self) -> None:
        """End what waits for files to open."""
        self._fork_server.close()

    async def open(
        self,
        file: StoredFile,
        folder: Path,
        *,
        max_bytes: int,
        settings: ParsingSettings | None = None,
    ) -> ParseProcess:
        """Fetch a file into `folder`, and return the process that parses it; it is not started.

        Args:
            file: What to parse.
            folder: Empty, and of this file alone: its parser may write there.
            max_bytes: Of the file.
            settings: In place of those for documents.

        Raises:
            InvalidInput: No parser reads it, it is empty, or not stored any more.
            TooLarge: It is.
        """
        path = await self.fetch(file, folder, max_bytes=max_bytes)
        return await self.opened(file, path, settings=settings)

    async def fetch(self, file: StoredFile, folder: Path, *, max_bytes: int) -> Path:
        """Fetch a file into `folder`; raises as `open` does."""
        path = folder / f"document{_ending(file.name)}"
        await self._fetch(file, path, max_bytes=max_bytes)
        return path

    async def opened(
        self,
        file: StoredFile,
        path: Path,
        *,
        pictures: bool = False,
        settings: ParsingSettings | None = None,
    ) -> ParseProcess:
        """Return the process that parses a file which was fetched to `path`; it is not started.

        Args:
            file: What to parse.
            path: Where it is.
            pictures: Ask for what can only be seen as pictures.
            settings: In place of those for documents.

        Raises:
            InvalidInput: No parser reads it.
        """
        parser = await asyncio.to_thread(
            self._parsers.choose, path, name=file.name, mime_type=file.mime_type
        )
        return ParseProcess(
            path,
            name=file.name,
            parser=parser.name,
            sources=await asyncio.to_thread(self._parsers.sources_of, parser),
            settings=settings or self.settings,
            pictures=pictures,
            fork_server=self._fork_server,
        )

    async def _fetch(self, file: StoredFile, path: Path, *, max_bytes: int) -> None:
        size = 0
        try:
            with path.open("wb") as target:
                async for piece in self._blobs.open(file.tenant, BlobKey(file.blob)):
                    size += len(piece)
                    if size > max_bytes:
                        raise TooLarge(f"The file is larger than {max_bytes:,} bytes.")
                    target.write(piece)
        except NotFound:
            raise InvalidInput(
                "The file is not stored any more; add it again.", code="file_missing"
            ) from None
        if size == 0:
            raise InvalidInput("The file is empty.", code="empty_file")


def _ending(name: str) -> str:
    """Return the extension, if it is one that a file can have anywhere."""
    suffix = PurePath(name).suffix.lower()
    return suffix if len(suffix) <= 16 and suffix[1:].isascii() and suffix[1:].isalnum() else ""
