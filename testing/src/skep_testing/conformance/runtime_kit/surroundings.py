"""What a hostile program could be after on the host: a file, a port, the name of a socket."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skep_contracts.sandbox_suite import CANARY


@contextmanager
def surroundings(folder: Path) -> Iterator[dict[str, Any]]:
    """Put a file into `folder` and listen on a port and a socket; yields what leads to them."""
    canary = folder / CANARY
    canary.write_text(CANARY, encoding="utf-8")
    canary.chmod(0o644)
    abstract = f"{CANARY}-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"\0{abstract}")
        unix.listen()
        yield {"canary": str(canary), "port": tcp.getsockname()[1], "abstract": abstract}
