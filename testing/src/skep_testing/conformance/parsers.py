"""What every document parser promises. A plugin's test inherits `ParserConformance`."""

import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

from skep_contracts.plugins.manifest import PARSERS
from skep_contracts.plugins.parsers import MAX_PICTURE_BYTES, Block, ParserDescription, ParserHooks
from skep_contracts.problems import InvalidInput
from skep_testing.conformance.loading import find_entry_point, import_seconds, load_hooks

MAX_IMPORT_S: Final = 0.020
MAX_BLOCK_CHARS: Final = 1_000_000
MAX_GROWTH_BYTES: Final = 4_000_000

_PEAK: Final = """
import resource, sys
from importlib.metadata import entry_points
_, point, name, path = sys.argv
plugin = next(iter(entry_points(group="skep.parsers", name=point))).load()
(parser,) = [one.factory() for one in plugin.skep_parsers() if one.name == name]
for _ in parser.parse(path, options={"name": path}):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def foreign_files() -> dict[str, bytes]:
    """Return files of formats a parser may be handed by mistake or on purpose."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("word/document.xml", "<w:document/>")
    chance = random.Random(5)  # noqa: S311  # the same bytes every time
    return {
        "zip": archive.getvalue(),
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4,
        "elf": b"\x7fELF\x02\x01\x01" + bytes(500),
        "gzip": b"\x1f\x8b\x08" + chance.randbytes(500),
        "zeros": bytes(5_000),
        "noise": chance.randbytes(20_000),
        "short noise": chance.randbytes(7),
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + chance.randbytes(300),
        "html": b"<html><body><p>hello</p></body></html>",
        "json": b'{"a": [1, 2, 3]}',
        "lone surrogate": "x\ud800y".encode("utf-8", "surrogatepass"),
        "long line": b"a" * 300_000,
        "many marks": b"<[({#*|" * 5_000,
        "newlines": b"\n" * 50_000,
    }


def damaged(content: bytes, *, seed: int = 3, count: int = 40) -> Iterator[bytes]:
    """Yield copies of a file that are cut short or have some bytes changed."""
    chance = random.Random(seed)  # noqa: S311  # the same damage every time
    for at in range(count):
        if at % 2:
            yield content[: chance.randrange(len(content))]
            continue
        copy = bytearray(content)
        for _ in range(chance.randrange(1, 30)):
            copy[chance.randrange(len(copy))] = chance.randrange(256)
        yield bytes(copy)


def check_blocks(blocks: Iterator[Block]) -> list[Block]:
    """Take every block and check what holds for all of them."""
    taken = []
    page = 0
    for block in blocks:
        assert block.text.strip() or block.kind == "picture", "a block has something to read"
        assert len(block.picture) <= MAX_PICTURE_BYTES
        assert len(block.text) <= MAX_BLOCK_CHARS
        block.text.encode()  # no half of a surrogate pair
        controls = {c for c in block.text if c < " " and c not in "\t\n"}
        assert not controls, f"control characters: {controls!r}"
        if block.kind == "heading":
            assert block.level >= 1
        else:
            assert block.level == 0
        if block.page is not None:
            assert block.page >= max(page, 1), "pages are counted from 1, in order"
            page = block.page
        taken.append(block)
    return taken


@cache
def _load(entry_point: str, name: str) -> ParserDescription:
    hooks = load_hooks(PARSERS, entry_point, ParserHooks)
    (found,) = [one for offered in hooks.skep_parsers() for one in offered if one.name == name]
    assert isinstance(found, ParserDescription)
    return found


class ParserConformance:
    """Inherit, name the entry point and the parser, and give files it reads."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.parsers``."""
    parser_name: ClassVar[str]
    samples: ClassVar[Mapping[str, bytes]]
    """Files by name, each a valid one with some words."""
    expected: ClassVar[Mapping[str, tuple[Block, ...]]] = {}
    """What comes of some of them."""
    large: ClassVar[tuple[str, bytes] | None] = None
    """A file of six megabytes or more, to see that memory does not grow with it."""

    def describe(self) -> ParserDescription:
        """Return the parser's description, loaded through its entry point."""
        return _load(self.entry_point, self.parser_name)

    def parse(self, path: Path, **options: Any) -> Iterator[Block]:
        """Parse a file as the ingest service does: its own name is in the options."""
        options = {"name": path.name, **options}
        return self.describe().factory().parse(str(path), options=options)

    def test_import_is_cheap(self) -> None:
        """Vendor libraries are imported when they are needed, so that services start quickly."""
        module = find_entry_point(PARSERS, self.entry_point).module

        seconds = import_seconds(module, known="skep_contracts.plugins.parsers")

        assert seconds < MAX_IMPORT_S

    def test_description_is_complete(self) -> None:
        """It decides which files the parser gets."""
        description = self.describe()

        assert description.title.strip()
        assert description.extensions
        assert all(e.startswith(".") and e == e.lower() for e in description.extensions)
        assert all("/" in mime and mime == mime.lower() for mime in description.mime_types)
        assert all(description.signatures)

    def test_samples_give_blocks(self, tmp_path: Path) -> None:
        """Each with text, and those that are expected exactly so."""
        for name, content in self.samples.items():
            path = tmp_path / name
            path.write_bytes(content)

            blocks = check_blocks(self.parse(path))

            assert blocks
            if name in self.expected:
                assert tuple(blocks) == self.expected[name], name

    def test_same_file_gives_same_blocks(self, tmp_path: Path) -> None:
        """Indexing goes on after a crash by parsing again."""
        for name, content in self.samples.items():
            path = tmp_path / name
            path.write_bytes(content)

            assert list(self.parse(path)) == list(self.parse(path))

    def test_parsing_can_be_left_off(self, tmp_path: Path) -> None:
        """Whoever has enough closes the iterator, and the file with it."""
        for name, content in self.samples.items():
            path = tmp_path / name
            path.write_bytes(content)
            blocks = self.parse(path)

            next(blocks)
            blocks.close()  # type: ignore[attr-defined]  # a generator

            path.unlink()

    def test_name_of_the_file_does_not_matter(self, tmp_path: Path) -> None:
        """The service keeps a document under a name of its own."""
        for name, content in self.samples.items():
            path = tmp_path / name
            path.write_bytes(content)
            other = tmp_path / "document"
            other.write_bytes(content)

            assert list(self.parse(other, name=name)) == list(self.parse(path))

    def test_empty_file_is_refused(self, tmp_path: Path) -> None:
        """With a reason that its owner understands."""
        path = tmp_path / f"empty{self.describe().extensions[0]}"
        path.touch()

        with pytest.raises(InvalidInput) as refused:
            list(self.parse(path))

        assert refused.value.exact_code == "document_empty"

    @pytest.mark.parametrize("kind", foreign_files())
    def test_file_of_another_kind_is_read_or_refused(self, tmp_path: Path, kind: str) -> None:
        """Nothing but `InvalidInput` comes of a wrong file, and it names no path of ours."""
        path = tmp_path / f"foreign{self.describe().extensions[0]}"
        path.write_bytes(foreign_files()[kind])

        self.check_read_or_refused(path)

    def test_damaged_file_is_read_or_refused(self, tmp_path: Path) -> None:
        """Cut short or with wrong bytes, a file never makes a defect."""
        for name, content in self.samples.items():
            path = tmp_path / name
            for copy in damaged(content):
                path.write_bytes(copy)
                self.check_read_or_refused(path)

    def check_read_or_refused(self, path: Path) -> None:
        """Parse; blocks are well-formed, and a refusal says what is wrong."""
        try:
            check_blocks(self.parse(path))
        except InvalidInput as error:
            refusal = error
        else:
            return
        assert refusal.detail.strip().endswith(".")
        assert str(path.parent) not in refusal.detail

    def test_memory_does_not_grow_with_the_file(self, tmp_path: Path) -> None:
        """Documents are parsed piece by piece."""
        if self.large is None:
            pytest.skip("this format is read whole")
        name, content = self.large
        large, small = tmp_path / name, tmp_path / next(iter(self.samples))
        large.write_bytes(content)
        small.write_bytes(self.samples[small.name])

        grown = self._peak_bytes(large) - self._peak_bytes(small)

        assert grown < MAX_GROWTH_BYTES < len(content)

    def _peak_bytes(self, path: Path) -> int:
        """Return the most memory that a process takes which parses one file."""
        command = [sys.executable, "-c", _PEAK, self.entry_point, self.parser_name, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
        return int(done.stdout) * 1024
