"""Finds the parser of a document: by its first bytes, by its name, by what it was sent as."""

import fnmatch
import importlib.metadata
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Final, Protocol

from skep_contracts.plugins import manifest
from skep_contracts.plugins.parsers import ParserDescription
from skep_contracts.problems import InvalidInput
from skep_ingest.parsing.frames import ParserSource

_HEAD_BYTES: Final = 1024
_PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


class ParserHost(Protocol):
    """What is needed of the plugin host."""

    @property
    def parsers(self) -> Mapping[str, ParserDescription]:
        """The parsers that plugins offer, by name."""
        ...

    @property
    def generation(self) -> int:
        """Grows with every change."""
        ...


class Parsers:
    """The parsers there are, and where a parsing process finds them."""

    def __init__(self, host: ParserHost, *, directory: str | None) -> None:
        """Choose among what `host` offers; `directory` holds the plugins that were installed."""
        self._host = host
        self._directory = directory
        self._found: tuple[int, tuple[ParserSource, ...]] = (0, ())

    def choose(self, path: Path, *, name: str, mime_type: str) -> ParserDescription:
        """Return the parser for the file at `path`.

        Raises:
            InvalidInput: There is none, or it is a picture and none is for pictures.
        """
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        kind = picture_type(head)
        if kind is not None:  # whatever it is called: read as another format it is noise
            name, mime_type = "", kind
        return choose_parser(self._host.parsers.values(), head, name=name, mime_type=mime_type)

    def sources_of(self, parser: ParserDescription) -> tuple[ParserSource, ...]:
        """Return the modules that offer parsers, the likeliest for this one first. Blocks."""
        generation, sources = self._found  # threads meet here, so both change at once
        if generation != self._host.generation:
            generation = self._host.generation
            sources = tuple(_find_sources(self._directory))
            self._found = (generation, sources)
        package = (parser.factory.__module__ or "").partition(".")[0]
        return tuple(sorted(sources, key=lambda source: source.module.partition(".")[0] != package))


def picture_type(head: bytes) -> str | None:
    """Return the MIME type of a picture by its first bytes, None for what is none."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _PICTURES if head.startswith(signature)), None)


def choose_parser(
    parsers: Iterable[ParserDescription], head: bytes, *, name: str, mime_type: str
) -> ParserDescription:
    """Return the parser whose signature fits, else whose extension does, else whose MIME type.

    A signature counts more than a name, for names lie. Among several the highest priority wins,
    then the longest signature, then the first name.

    Raises:
        InvalidInput: None fits.
    """
    ranked = sorted(parsers, key=lambda parser: (-parser.priority, parser.name))
    signed = [
        (len(signature), parser)
        for parser in ranked
        for signature in parser.signatures
        if head.startswith(signature)
    ]
    if signed:
        best = max(parser.priority for _, parser in signed)
        return max((each for each in signed if each[1].priority == best), key=lambda s: s[0])[1]
    extension = PurePath(name).suffix.lower()
    for parser in ranked:
        if extension in parser.extensions:
            return parser
    for parser in ranked:
        if any(fnmatch.fnmatchcase(mime_type.lower(), each) for each in parser.mime_types):
            return parser
    if picture_type(head) is not None:
        raise InvalidInput(
            "This is a picture, and no installed parser reads pictures: a model that sees can. "
            "Documents of a dataset are read by one when its chunk_spec says `pictures`; in a "
            "workflow, show the file to an `llm` node (`vision`).",
            code="pictures_not_read",
        )
    known = " ".join(sorted({each for parser in ranked for each in parser.extensions}))
    raise InvalidInput(
        f"No installed parser reads this kind of file ({extension or mime_type}). "
        f"These are read: {known}",
        code="unsupported_format",
    )


def _find_sources(directory: str | None) -> Iterable[ParserSource]:
    for entry in importlib.metadata.entry_points(group=manifest.PARSERS):
        yield ParserSource(module=entry.module)
    root = Path(directory) if directory else None
    for folder in sorted(root.iterdir()) if root and root.is_dir() else ():
        if folder.name.startswith(".") or not folder.is_dir():
            continue
        for distribution in importlib.metadata.distributions(path=[str(folder)]):
            for entry in distribution.entry_points:
                if entry.group == manifest.PARSERS:
                    yield ParserSource(module=entry.module, folder=str(folder.resolve()))
