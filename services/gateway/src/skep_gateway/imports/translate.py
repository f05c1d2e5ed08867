"""Finds the importer for what a client sent and lets it work, away from the event loop."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar

import msgspec

from skep_contracts.graph import WorkflowDocument
from skep_contracts.graph_check import decode_graph
from skep_contracts.plugins.importers import (
    Exported,
    Imported,
    Importer,
    ImporterDescription,
    Installed,
)
from skep_contracts.problems import Defect, FieldError, InvalidInput, SkepError, did_you_mean
from skep_gateway.web.body import refuse_nul
from skep_gateway.workflows.documents import to_yaml
from skep_runtime.plugins import PluginHost

T = TypeVar("T")
OURS: Final = "skep"
"""The format of our own documents."""
_YAML: Final = "application/yaml"
_log = logging.getLogger(__name__)


class Translated(msgspec.Struct, frozen=True, kw_only=True):
    """What an importer made, read as a document."""

    format: str
    imported: Imported
    document: WorkflowDocument


class Translator:
    """Knows the installed importers. One source at a time is read, for that takes the processor."""

    def __init__(self, plugins: PluginHost) -> None:
        self._plugins = plugins
        self._turn = asyncio.Semaphore(1)

    async def read(self, content: bytes, *, format: str | None, name: str | None) -> Translated:
        """Translate a source.

        Args:
            content: The file.
            format: The name of the importer; found out when None.
            name: What the app is to be called in place of its name in the source.

        Raises:
            InvalidInput: Nothing reads it, or what reads it refuses; pointers are into the source.
            TooLarge: It exceeds a limit.
        """
        async with self._turn:
            return await asyncio.to_thread(self._read, content, format, name)

    async def write(self, document: WorkflowDocument, format: str) -> Exported:
        """Write a document in a format: ours, or that of an importer.

        Raises:
            InvalidInput: There is no such format, or it has no place for the document.
        """
        if format == OURS:
            return Exported(text=to_yaml(document), media_type=_YAML, report=())
        importer = self._made(self._named(format))
        async with self._turn:
            export = importer.export
            return await asyncio.to_thread(_guarded, lambda: export(document), format)

    def _read(self, content: bytes, format: str | None, name: str | None) -> Translated:
        found = self._named(format) if format is not None else self._recognised(content)
        importer = self._made(found)
        imported = _guarded(lambda: importer.convert(content, self._installed()), found.name)
        refuse_nul(imported.document)
        if name is not None:
            imported.document["app"]["name"] = name
        return Translated(
            format=found.name, imported=imported, document=decode_graph(imported.document)
        )

    def _named(self, format: str) -> ImporterDescription:
        known: Mapping[str, ImporterDescription] = self._plugins.importers
        if format not in known:
            names = sorted({OURS, *known})
            hint = did_you_mean(format, names) or f"; there is {', '.join(names)}"
            raise InvalidInput(
                f"There is no format {format!r:.60}{hint}",
                errors=[FieldError(pointer="/format", message="is not installed")],
                code="unknown_format",
            )
        return known[format]

    def _recognised(self, content: bytes) -> ImporterDescription:
        """Return the importer that knows the source; the only one there is has to say why not."""
        known = list(self._plugins.importers.values())
        for description in known if len(known) > 1 else ():
            importer = self._made(description)
            if _guarded(partial(importer.recognise, content), description.name) is not None:
                return description
        if len(known) == 1:
            return known[0]
        names = ", ".join(each.title for each in known) or "none is installed"
        raise InvalidInput(
            f"No importer reads this file. Installed importers: {names}.",
            errors=[FieldError(pointer="", message="is of no format that is known here")],
            code="unknown_format",
        )

    @staticmethod
    def _made(description: ImporterDescription) -> Importer:
        return _guarded(description.factory, description.name)

    def _installed(self) -> Installed:
        return Installed(
            node_types=frozenset(name for name, _ in self._plugins.nodes),
            tools={
                name: frozenset(tool.parameters.get("properties", ()))
                for name, tool in self._plugins.tools.items()
            },
            providers=frozenset(self._plugins.providers),
        )


def _guarded(work: Callable[[], T], format: str) -> T:
    """Do a plugin's work; what it did not mean to raise is its defect and says so."""
    try:
        return work()
    except SkepError:
        raise
    except Exception as error:
        _log.exception("importer failed", extra={"format": format})
        raise Defect(f"The importer for {format} failed with this file.") from error
