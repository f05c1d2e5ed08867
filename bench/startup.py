"""`skep up` to the first answer, and what the idle stack weighs."""

import time
from pathlib import Path

from skep_testing.stack import RunningStack
from tests.integration.api import create_app
from tests.integration.documents import echo_app


def tree(pid: int) -> list[int]:
    """Return a process and everything below it."""
    found = [pid]
    for child in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = child.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += tree(int(child.parent.name))
    return found


def memory_kb(pid: int) -> tuple[int, int]:
    """Return RSS and PSS in KiB; PSS counts what processes share once."""
    values = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in {"Rss", "Pss"}:
            values[name] = int(rest.split()[0])
    return values["Rss"], values["Pss"]


def name_of(pid: int) -> str:
    """Return what a process is, in a word or two."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return next(
        (w.decode() for w in words if w.startswith(b"skep_")), words[0].decode().split("/")[-1]
    )


def main() -> None:
    """Start, ask, wait, weigh."""
    began = time.perf_counter()
    with RunningStack() as stack:
        ready = time.perf_counter() - began
        app = create_app(stack, echo_app("first"))
        stack.request("POST", "/api/v1/runs", {"app": app, "inputs": {"topic": "bees"}})
        print(f"ready after {ready:.1f} s, first answer after {time.perf_counter() - began:.1f} s")
        time.sleep(5)
        total_rss = total_pss = 0
        for pid in tree(stack.pid):
            rss, pss = memory_kb(pid)
            total_rss += rss
            total_pss += pss
            print(f"  {name_of(pid):<22} RSS {rss / 1024:6.1f} MiB   PSS {pss / 1024:6.1f} MiB")
        print(f"  {'all':<22} RSS {total_rss / 1024:6.1f} MiB   PSS {total_pss / 1024:6.1f} MiB")


if __name__ == "__main__":
    main()
