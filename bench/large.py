"""Large files through a whole stack: how long, and how much memory each process takes at most.

A text of a gigabyte and a PDF of 5,000 pages are uploaded to a stack of real processes, embedded by
the model that runs on this machine, and searched. A small one goes before, to compare with. Takes
the file twice and its index on the disk, about ten times the size of the text.
"""

import argparse
import contextlib
import http.client
import itertools
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from skep_testing.stack import RunningStack
from tests.integration.corpus import some_texts
from tests.integration.pdf import pdf_of

PIECE_BYTES = 1024 * 1024
BOUNDARY = "skep-bench-boundary"
LINES_A_PAGE = 45
CHARS_A_LINE = 80


def write_text(path: Path, size: int) -> None:
    """Write a text of about so many bytes; no two of its paragraphs are the same."""
    texts = [" ".join(text.split()) for text in some_texts(400)]
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(itertools.cycle(texts)):
            for at in range(0, len(text), 600):
                written += file.write(f"Item {number}.{at}. {text[at : at + 600]}\n\n")
            if written >= size:
                return


def write_pdf(path: Path, pages: int) -> None:
    """Write a PDF of so many full pages."""
    words = " ".join(some_texts(200)).encode("ascii", "ignore").decode()
    plain = " ".join("".join(c if c.isalnum() or c in " .," else " " for c in words).split())
    page_chars = LINES_A_PAGE * CHARS_A_LINE
    texts = []
    for number in range(pages):
        start = number * page_chars % (len(plain) - page_chars)
        text = f"Page number {number}. {plain[start : start + page_chars]}"
        lines = [text[at : at + CHARS_A_LINE] for at in range(0, len(text), CHARS_A_LINE)]
        texts.append(") Tj 0 -14 Td (".join(lines))
    path.write_bytes(pdf_of(texts))


class Peaks:
    """Watches the most memory that each process of a stack ever had."""

    def __init__(self, stack: RunningStack) -> None:
        self.mib: dict[str, float] = {}
        self._stack = stack
        self._is_over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        for name in ("gateway", "ingest", "nats"):
            with contextlib.suppress(OSError):
                Path(f"/proc/{self._stack.pid_of(name)}/clear_refs").write_text("5")
        self._looking.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Stop looking."""
        self._is_over.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._is_over.wait(0.1):
            for name in ("gateway", "ingest", "nats"):
                self._note(name, self._stack.pid_of(name))
            ingest = self._stack.pid_of("ingest")
            for parser in _children(ingest):
                self._note("parser", parser)

    def _note(self, name: str, pid: int) -> None:
        with contextlib.suppress(OSError, IndexError):
            status = Path(f"/proc/{pid}/status").read_text()
            peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
            self.mib[name] = max(self.mib.get(name, 0), peak)


def _children(pid: int) -> Iterator[int]:
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from _children(int(child))


def upload(stack: RunningStack, dataset: str, path: Path) -> str:
    """Send a file in pieces; return the document's id."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="{path.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    ).encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield head
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
        yield tail

    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=3600)
    connection.request(
        "POST",
        f"/api/v1/datasets/{dataset}/documents",
        body=body(),
        headers={
            "Authorization": f"Bearer {stack.key}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(head) + path.stat().st_size + len(tail)),
        },
    )
    answer = connection.getresponse()
    said = answer.read().decode()
    if answer.status != 202:
        raise SystemExit(f"{answer.status} {said}")
    return said.partition('"id":"')[2].partition('"')[0]


def ingest(stack: RunningStack, path: Path, query: str) -> None:
    """Upload a file, wait until it is ready, search it, and print what that took."""
    dataset = stack.request("POST", "/api/v1/datasets", {"name": path.name})["id"]
    began = time.perf_counter()
    with Peaks(stack) as peaks:
        document = upload(stack, dataset, path)
        sent_s = time.perf_counter() - began
        place, indexing_s = f"/api/v1/datasets/{dataset}/documents/{document}", 0.0
        while True:
            seen = stack.request("GET", place)
            if seen["status"] == "indexing" and not indexing_s:
                indexing_s = time.perf_counter() - began
            if seen["status"] in {"ready", "failed"}:
                break
            time.sleep(0.5)
    ended_s = time.perf_counter() - began
    memory = "  ".join(f"{name} {mib:.0f} MiB" for name, mib in sorted(peaks.mib.items()))
    print(
        f"{path.name:<14} {path.stat().st_size / 1e6:7.1f} MB  {seen['status']}"
        f" {seen.get('error') or ''} {seen['chunks_done']:,} chunks;"
        f" sent after {sent_s:.0f} s, split {indexing_s:.0f} s, ready {ended_s:.0f} s;"
        f" at most: {memory}",
        flush=True,
    )
    body = {"query": query, "top_k": 3, "mode": "full_text"}
    began = time.perf_counter()
    hits = stack.request("POST", f"/api/v1/datasets/{dataset}/searches", body)["chunks"]
    print(
        f"{'':<14} first search {time.perf_counter() - began:.1f} s:"
        f" {hits[0]['text'][:60] if hits else 'nothing'!r}",
        flush=True,
    )
    stack.request("DELETE", f"/api/v1/datasets/{dataset}")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="*", default=[10, 1000])
    parser.add_argument("--pages", type=int, nargs="*", default=[50, 5000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skep-large-") as home:
        folder = Path(home)
        environment = {"TMPDIR": home, "SKEP_INGEST__INDEXING__SCRATCH_DIR": f"{home}/scratch"}
        with RunningStack(data_dir=folder / "stack", environment=environment) as stack:
            for pages in options.pages:
                path = folder / f"{pages}-pages.pdf"
                write_pdf(path, pages)
                ingest(stack, path, f"page number {pages - 1}")
                path.unlink()
            for megabytes in options.megabytes:
                path = folder / f"{megabytes}-mb.txt"
                write_text(path, megabytes * 1_000_000)
                ingest(stack, path, "Item 100.600")
                path.unlink()


if __name__ == "__main__":
    os.environ.pop("TMPDIR", None)
    main()
