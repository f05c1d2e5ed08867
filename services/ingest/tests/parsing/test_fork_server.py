"""Copies of a process that has loaded the parsers parse like fresh ones, and end like them."""

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from skep_contracts.problems import InvalidInput, Unavailable
from skep_ingest.parsing import fork_server as forking
from skep_ingest.parsing.fork_server import ForkedProcess, ForkServer
from skep_ingest.parsing.frames import ParserSource
from skep_ingest.parsing.parse_process import ParseProcess, ParsingSettings
from skep_testing.documents import make_pdf

PLUGIN = Path(__file__).parents[1] / "indexing" / "hostile_parser.py"
TEXT = ParserSource(module="skep_parser_text")
PDF = ParserSource(module="skep_parser_pdf")


@pytest.fixture
def server() -> Iterator[ForkServer]:
    made = ForkServer()
    yield made
    made.close()


def parsing(
    folder: Path, content: bytes, parser: str, *sources: ParserSource, server: ForkServer | None
) -> ParseProcess:
    path = folder / "work" / "document.x"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return ParseProcess(
        path,
        name="document.x",
        parser=parser,
        sources=sources,
        settings=ParsingSettings(max_seconds=3),
        fork_server=server,
    )


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def hostile(folder: Path, deed: str, server: ForkServer) -> ParseProcess:
    """Return a process that is a copy, with a parser that misbehaves."""
    shutil.copy(PLUGIN, folder / "skep_parser_hostile.py")
    source = ParserSource("skep_parser_hostile", str(folder))
    return parsing(folder, deed.encode(), "hostile", TEXT, source, server=server)


@pytest.mark.parametrize(
    "document",
    [("text", TEXT, b"Bees.\n\nHoney.\n"), ("pdf", PDF, make_pdf(["Bees make honey.", "Wax."]))],
    ids=["text", "pdf"],
)
def test_copy_parses_like_a_fresh_process(
    tmp_path: Path, server: ForkServer, document: tuple[str, ParserSource, bytes]
) -> None:
    parser, source, content = document
    fresh = list(parsing(tmp_path, content, parser, source, server=None).blocks())

    copied = parsing(tmp_path, content, parser, source, server=server)

    assert isinstance(copied._forked(str(tmp_path / "work")), ForkedProcess)
    assert list(copied.blocks()) == fresh
    assert list(copied.blocks()) == fresh


def test_copies_side_by_side_do_not_mix(tmp_path: Path, server: ForkServer) -> None:
    found: dict[int, list[str]] = {}

    def one(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        for _ in range(5):
            process = parsing(folder, f"number {number}".encode(), "text", TEXT, server=server)
            found.setdefault(number, []).extend(block.text for block in process.blocks())

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert found == {number: [f"number {number}"] * 5 for number in range(8)}


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("spin", "parser_timed_out"),
        ("crash", "parser_crashed"),
        ("exit", "parser_crashed"),
        ("raise", "parser_failed"),
        ("garbage", "parser_crashed"),
    ],
)
def test_copy_that_misbehaves_fails_alone(
    tmp_path: Path, server: ForkServer, deed: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        list(hostile(tmp_path, deed, server).blocks())

    assert raised.value.exact_code == code
    good = parsing(tmp_path, b"Bees.", "text", TEXT, server=server)
    assert [block.text for block in good.blocks()] == ["Bees."]


def test_nothing_is_left_of_a_copy(tmp_path: Path, server: ForkServer) -> None:
    before = open_files()
    process = parsing(tmp_path, b"Bees.", "text", TEXT, server=server)
    list(process.blocks())
    held = open_files()

    for _ in range(20):
        list(parsing(tmp_path, b"Bees.", "text", TEXT, server=server).blocks())

    assert len(held - before) <= 1  # the line to the server
    assert open_files() == held
    assert server._server is not None
    children = Path(f"/proc/{server._server.pid}/task/{server._server.pid}/children")
    assert children.read_text() == ""


def test_server_that_is_killed_costs_its_documents_another_try(
    tmp_path: Path, server: ForkServer
) -> None:
    process = hostile(tmp_path, "hang", server)
    blocks = process.blocks()
    raised: list[BaseException] = []

    def take() -> None:
        try:
            next(blocks)
        except Unavailable as error:
            raised.append(error)

    thread = threading.Thread(target=take)
    thread.start()
    while not isinstance(process._process, ForkedProcess):
        thread.join(0.01)
    os.kill(process._process.parent_pid, signal.SIGKILL)
    thread.join(20)

    assert [type(error) for error in raised] == [Unavailable]
    for _ in range(2):  # the first finds the server gone, and starts a fresh process
        good = parsing(tmp_path, b"Bees.", "text", TEXT, server=server)
        assert [block.text for block in good.blocks()] == ["Bees."]
    assert server._server is not None


def test_server_that_does_not_answer_is_replaced(
    tmp_path: Path, server: ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forking, "_ANSWER_S", 1.0)
    list(parsing(tmp_path, b"Bees.", "text", TEXT, server=server).blocks())
    first = server._server
    assert first is not None
    os.kill(first.pid, signal.SIGSTOP)

    for _ in range(2):  # the first starts a fresh process, the second another server
        good = parsing(tmp_path, b"Bees.", "text", TEXT, server=server)
        assert [block.text for block in good.blocks()] == ["Bees."]

    assert server._server is not None
    assert server._server is not first
    assert first._process.poll() is not None


def test_where_no_server_can_be_started_processes_are_fresh(
    tmp_path: Path, server: ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forking, "_COMMAND", ("/bin/false",))

    for _ in range(5):
        process = parsing(tmp_path, b"Bees.", "text", TEXT, server=server)
        assert [block.text for block in process.blocks()] == ["Bees."]

    assert server._failures == 3


def test_plugin_installed_meanwhile_is_not_loaded_outside_the_walls(
    tmp_path: Path, server: ForkServer
) -> None:
    shutil.copy(PLUGIN, tmp_path / "skep_parser_hostile.py")
    source = ParserSource("skep_parser_hostile", str(tmp_path))

    process = parsing(tmp_path, b"raise", "hostile", source, server=server)

    assert process._forked(str(tmp_path)) is None
    assert server._server is None


def test_server_ends_with_the_service(tmp_path: Path) -> None:
    server = ForkServer()
    list(parsing(tmp_path, b"Bees.", "text", TEXT, server=server).blocks())
    assert server._server is not None
    process = server._server._process

    server._server._control.close()  # as when the service is killed

    assert process.wait(10) == 0
