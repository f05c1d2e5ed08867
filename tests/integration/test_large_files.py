"""A large file takes no more memory than a small one: nobody ever holds it whole.

`bench/large.py` does the same with a gigabyte and a PDF of 5,000 pages, through a whole stack.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from skep_contracts.calls.dataset import CreateDataset, DatasetReply, DocumentStatus
from skep_contracts.plugins.parsers import ChunkSpec
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer
from tests.integration.ingest_fleet import IngestFleet

SMALL, LARGE = 2_000_000, 60_000_000
GROWTH_MIB = 40
"""Of the service from the small file to the large one, which alone has 57."""
PARSER_MIB = 40
SETTLED_S = 600.0
SPEC = ChunkSpec(max_chars=8000, overlap_chars=0)

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[IngestFleet]:
    with NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        fleet = IngestFleet(server, bus, tmp_path, size=1)
        await fleet.start()
        try:
            yield fleet
        finally:
            endings = fleet.stop()
            await bus.close()
    assert endings == [0]


async def test_memory_does_not_grow_with_the_file(fleet: IngestFleet) -> None:
    await fleet.ask(CreateDataset(name="small", chunk_spec=SPEC), DatasetReply)
    await fleet.ask(CreateDataset(name="large", chunk_spec=SPEC), DatasetReply)
    (ingest,) = fleet.pids
    await index(fleet, "small", a_text(SMALL))
    before = peak_mib(ingest)

    parsers = await index(fleet, "large", a_text(LARGE))

    assert parsers, "no parser was seen at its work"
    assert max(parsers.values()) < PARSER_MIB
    assert peak_mib(ingest) - before < GROWTH_MIB


async def index(fleet: IngestFleet, dataset: str, content: bytes) -> dict[int, float]:
    """Index a text; return the peak memory of each parser, as far as it was seen."""
    (ingest,) = fleet.pids
    await fleet.add(dataset, "book.txt", content)
    parsers: dict[int, float] = {}
    async with asyncio.TaskGroup() as tasks:
        settled = tasks.create_task(fleet.settled(dataset, SETTLED_S))
        while not settled.done():
            for server in children(ingest):
                for parser in children(server):
                    parsers[parser] = max(parsers.get(parser, 0), peak_mib(parser))
            await asyncio.sleep(0.02)
    (document,) = settled.result()
    assert document.status is DocumentStatus.READY, document
    assert document.chunks_done > len(content) // SPEC.max_chars
    return parsers


def a_text(size: int) -> bytes:
    """Return paragraphs of about so many bytes, no two of them the same."""
    text = bytearray()
    for number in count():
        if len(text) >= size:
            return bytes(text)
        words = " ".join(f"bee{number * 31 % 977} hive{at}" for at in range(60))
        text += f"Paragraph {number}. {words}\n\n".encode()
    raise AssertionError


def children(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            yield from map(int, (task / "children").read_text().split())


def peak_mib(pid: int) -> float:
    """Return the most memory that a process ever had; 0 when it is gone."""
    with contextlib.suppress(OSError, IndexError):
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return 0.0
