"""What every importer promises. A plugin's test inherits `ImporterConformance`."""

import random
import time
from collections.abc import Iterator
from typing import Any, ClassVar, Final

import msgspec
import pytest

from skep_contracts.graph_check import decode_graph
from skep_contracts.plugins.importers import (
    MAX_SOURCE_BYTES,
    Imported,
    Importer,
    ImporterHooks,
    Installed,
)
from skep_contracts.plugins.manifest import IMPORTERS
from skep_contracts.problems import InvalidInput, TooLarge
from skep_testing.conformance.isolation import forbidden_io
from skep_testing.conformance.loading import find_entry_point, import_seconds, load_hooks

MAX_IMPORT_S: Final = 0.020
MAX_REFUSAL_S: Final = 10.0


def foreign_sources() -> dict[str, bytes]:
    """Return what an importer may be handed by mistake or on purpose."""
    chance = random.Random(7)  # noqa: S311  # the same bytes every time
    bomb = b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n".encode() for n in range(1, 12)
    )
    return {
        "nothing": b"",
        "noise": chance.randbytes(5_000),
        "not UTF-8": b"app: \xff\xfe",
        "control characters": b"app:\n  name: \x01\x02",
        "text": b"just words",
        "list": b"- a\n- b\n",
        "number": b"3",
        "unclosed": b"app: {name: [",
        "deep": b"[" * 100_000,
        "deep mapping": b"{a: " * 50_000,
        "bomb": bomb,
        "alias to itself": b"app: &a [*a]",
        "tag": b"app: !!python/object/apply:os.system [id]",
        "two documents": b"app: {}\n---\napp: {}\n",
        "json": b'{"app": null}',
        "huge": b"app: " + b"x" * (MAX_SOURCE_BYTES + 1),
    }


class ImporterConformance:
    """Inherit and fill in the attributes."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.importers``."""
    format: ClassVar[str]
    """Name of the format."""

    def sources(self) -> Iterator[bytes]:
        """Yield files that are read, several kinds of them."""
        raise NotImplementedError

    @pytest.fixture(name="importer")
    def _importer(self) -> Importer:
        hooks = load_hooks(IMPORTERS, self.entry_point, ImporterHooks)
        found = [each for offered in hooks.skep_importers() for each in offered]
        (description,) = (each for each in found if each.name == self.format)
        importer: Importer = description.factory()
        return importer

    def test_import_is_cheap(self) -> None:
        """Importing the module loads no vendor library."""
        module = find_entry_point(IMPORTERS, self.entry_point).module
        known = "skep_contracts.plugins.importers, pluggy"
        assert import_seconds(module, known=known) < MAX_IMPORT_S

    def test_source_is_recognised_and_becomes_a_document(self, importer: Importer) -> None:
        """What is read has the shape of a document."""
        for content in self.sources():
            imported = importer.convert(content, Installed())

            assert importer.recognise(content) == imported.source
            assert decode_graph(imported.document).nodes

    def test_same_source_gives_the_same(self, importer: Importer) -> None:
        """Importing twice gives one document and one report."""
        for content in self.sources():
            first, second = (importer.convert(content, Installed()) for _ in range(2))

            assert _encoded(first) == _encoded(second)

    def test_report_points_into_the_source_and_names_nodes(self, importer: Importer) -> None:
        """A report can be followed back to the source."""
        for content in self.sources():
            imported = importer.convert(content, Installed())
            for part in imported.report:
                assert part.node is None or part.node in imported.document["nodes"]
                for pointer in (part.pointer, *(remark.pointer for remark in part.remarks)):
                    assert pointer == "" or pointer.startswith("/")
                if part.outcome != "carried":
                    assert part.remarks

    def test_importing_reaches_nothing_outside(self, importer: Importer) -> None:
        """No file, socket or process is touched."""
        for content in self.sources():
            importer.convert(content, Installed())  # what is imported late is imported now
            with forbidden_io():
                importer.convert(content, Installed())

    @pytest.mark.parametrize("name", foreign_sources())
    def test_what_is_foreign_is_refused_soon(self, importer: Importer, name: str) -> None:
        """Nothing else is read, and nothing else raises."""
        content = foreign_sources()[name]
        begin = time.process_time()

        assert importer.recognise(content) is None
        with pytest.raises((InvalidInput, TooLarge)):
            importer.convert(content, Installed())

        assert time.process_time() - begin < MAX_REFUSAL_S

    def test_exported_document_comes_back_the_same(self, importer: Importer) -> None:
        """What both sides know survives the way there and back."""
        for content in self.sources():
            document = decode_graph(importer.convert(content, Installed()).document)

            exported = importer.export(document)
            again = importer.convert(exported.text.encode(), Installed())

            assert self.kept(decode_graph(again.document)) == self.kept(document)

    def kept(self, document: Any) -> Any:
        """Return what of a document both sides know; override where something is lost."""
        return msgspec.to_builtins(document)


def _encoded(imported: Imported) -> bytes:
    return msgspec.json.encode(imported)
