"""Files that lie, break, hang, eat memory or try to get out: each fails alone, with a reason."""

import asyncio
import base64
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.ingest.tests.stage import Stage
from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.problems import InvalidInput
from skep_contracts.sandbox_suite import SECTIONS, Case
from skep_ingest.indexing.index_document import IndexingSettings
from skep_ingest.parsing.fork_server import ForkServer
from skep_ingest.parsing.frames import Confined, Frame, ParserSource
from skep_ingest.parsing.parse_process import ParseProcess, ParsingSettings
from skep_testing.conformance.runtime_kit.surroundings import surroundings
from skep_testing.documents import make_pdf

PLUGIN = Path(__file__).parent / "hostile_parser.py"


def install_plugin(stage: Stage) -> None:
    folder = stage.folder / "plugins" / "skep-parser-hostile"
    info = folder / "skep_parser_hostile-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: skep-parser-hostile\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[skep.parsers]\nhostile = skep_parser_hostile\n")
    shutil.copy(PLUGIN, folder / "skep_parser_hostile.py")
    stage.host.load()


async def outcome(stage: Stage, name: str, content: bytes | str, **call: str) -> tuple[str, str]:
    """Return status and reason, after a good document beside it was indexed all the same."""
    dataset = await stage.dataset()
    bad = await stage.add(dataset.id, name, content, **call)
    await stage.indexed(dataset.id, "good.txt", "Bees make honey.")
    done = await stage.settled(bad)
    return done.status.value, done.error_code or done.error or ""


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.pdf", b"%PDF-1.7\nnothing", None),
        ("x.pdf", make_pdf(["secret"], password="x"), None),
        ("x.pdf", make_pdf(["", ""]), None),
        ("x.txt", bytes(range(256)) * 40, None),
        ("x.zip", b"PK\x03\x04" + b"\0" * 100, "unsupported_format"),
        ("x.txt", b"", "empty_file"),
        ("x.txt", b" \n\n ", None),
        ("x.html", b"<script>alert(1)</script>", None),
    ],
    ids=["broken", "encrypted", "scan", "binary", "zip", "empty", "blank", "no text"],
)
async def test_file_without_text_fails_with_a_reason(
    stage: Stage, name: str, content: bytes, code: str | None
) -> None:
    mime_type = "application/octet-stream"
    status, reason = await outcome(stage, name, content, mime_type=mime_type)

    assert status == DocumentStatus.FAILED.value
    assert reason if code is None else reason == code


async def test_wrongly_named_file_is_read_by_what_it_is(stage: Stage) -> None:
    dataset = await stage.dataset()

    await stage.indexed(dataset.id, "notes.txt", make_pdf(["Bees make honey."]))

    (chunk,) = await stage.search("honey", dataset.id)
    assert (chunk.page, chunk.document_name) == (1, "notes.txt")


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("hang", "parser_timed_out"),
        ("spin", "parser_timed_out"),
        ("eat", "parser_out_of_memory"),
        ("crash", "parser_crashed"),
        ("exit", "parser_crashed"),
        ("raise", "parser_failed"),
        ("quit", "parser_failed"),
        ("garbage", "parser_crashed"),
        ("long frame", "parser_crashed"),
        ("endless", "too_much_text"),
        ("nothing", "no_text"),
    ],
)
async def test_misbehaving_parser_fails_its_document_alone(
    stage: Stage, deed: str, code: str
) -> None:
    install_plugin(stage)
    limits = msgspec.structs.replace(stage.parsing, max_seconds=2, max_memory_mb=400, max_text_mb=8)
    if deed == "hang":
        limits = msgspec.structs.replace(limits, max_seconds=1)
    stage.ingest.indexer._splitter._opener.settings = limits

    assert await outcome(stage, "x.hostile", deed) == ("failed", code)
    assert not [*(stage.folder / "scratch").glob("worker-*/tmp*")]


async def test_parser_has_no_way_out(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    install_plugin(stage)
    monkeypatch.setenv("SKEP_VAULT__KEY", "hunter2")
    secret = stage.folder / "secret"
    secret.write_text("hunter2")
    dataset = await stage.dataset()

    await stage.indexed(dataset.id, "x.hostile", f"escape {secret} {os.getpid()}")

    (chunk,) = await stage.search("said", dataset.id, mode="full_text")
    assert chunk.text.removeprefix("said ").split() == [
        *("socket:PermissionError", "file:FileNotFoundError", "environ:FileNotFoundError"),
        *("fork:PermissionError", "exec:PermissionError", "signal:PermissionError"),
        *("limit:ValueError", "variables:none", "scratch:ok", "thread:ok"),
    ]


SUITE = [
    pytest.param(case, id=case.name)
    for section in ("files", "processes", "network", "system calls")
    for case in SECTIONS[section]
]


@pytest.fixture(scope="module")
def fork_server() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


LOADED = ParserSource(module="skep_parser_text")
"""A parser of the environment: where it stands first, the process is a copy."""


@pytest.mark.parametrize("is_copy", [False, True], ids=["fresh", "copied"])
@pytest.mark.parametrize("case", SUITE)
async def test_parser_meets_the_walls_of_the_sandbox(
    tmp_path: Path, fork_server: ForkServer, case: Case, is_copy: bool
) -> None:
    """A parser that a document has taken over is no better off than the code of a stranger."""
    plugin = tmp_path / "plugin"
    plugin.mkdir()
    shutil.copy(PLUGIN, plugin / "skep_parser_hostile.py")
    with surroundings(tmp_path) as host:
        inputs = {name: host[name] for name in case.sees}
        program = json.dumps({"code": case.code, "inputs": inputs}).encode()
        (tmp_path / "work").mkdir()
        document = tmp_path / "work" / "x.hostile"
        document.write_bytes(b"program " + base64.b64encode(program))
        process = ParseProcess(
            document,
            name="x.hostile",
            parser="hostile",
            sources=[
                *([LOADED] if is_copy else []),
                ParserSource(module="skep_parser_hostile", folder=str(plugin)),
            ],
            settings=ParsingSettings(),
            fork_server=fork_server,
        )

        if case.name in ENDS:
            with pytest.raises(InvalidInput) as raised:
                list(process.blocks())
            assert raised.value.exact_code == ENDS[case.name]
        else:
            (told,) = [json.loads(block.text)["escaped"] for block in process.blocks()]
            assert set(told) <= ALLOWED


ALLOWED = {"HOME", *map(str, [*Path(sys.prefix).parents, *Path(sys.base_prefix).parents])}
"""A variable that names the private folder; what the interpreter lies in, which is empty else."""
ENDS = {
    "the_door_of_32_bits": "parser_crashed",
    # They give up early, for /tmp cannot be written and /dev cannot be listed.
    "symbolic_links_out": "parser_failed",
    "devices": "parser_failed",
}


async def test_parser_ends_with_its_worker(stage: Stage) -> None:
    install_plugin(stage)
    dataset = await stage.dataset()
    document = await stage.add(dataset.id, "x.hostile", "hang")
    await stage.until(document, DocumentStatus.PARSING)
    await asyncio.sleep(0.5)

    await stage.delete(document)
    await asyncio.sleep(1.5)

    assert not [pid for pid in _children() if "parse_child" in pid]


def _children() -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                found.append((folder / "cmdline").read_text())
        except (OSError, ValueError):
            continue
    return found


async def test_without_walls_documents_are_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skep_ingest.parsing import parse_process

    def no_walls(stream: Any) -> Frame:
        frame = read(stream)
        if isinstance(frame, Confined):
            return Confined(has_no_network=False, has_no_files=False)
        return frame

    read = parse_process._next
    monkeypatch.setattr(parse_process, "_next", no_walls)
    stage.ingest.indexer._settings = IndexingSettings(max_tries=1)

    done = await stage.settled(
        await stage.add((await stage.dataset()).id, "a.txt", "Bees make honey.")
    )

    assert (done.status.value, done.error_code) == ("failed", "confinement_missing")
    assert "SKEP_INGEST__PARSING__CONFINEMENT" in (done.error or "")
