"""Where a stack keeps its things, and the secrets it makes on its first start."""

import base64
import fcntl
import json
import os
import secrets
import socket
from pathlib import Path
from typing import Final

import msgspec

DATABASES: Final = ("gateway", "orchestrator", "ingest")


def default_data_dir() -> Path:
    """Return ``$SKEP_DATA_DIR``, or ``skep`` in the user's data directory."""
    if configured := os.environ.get("SKEP_DATA_DIR"):
        return Path(configured)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "skep"


class StackState(msgspec.Struct, frozen=True, kw_only=True):
    """What a running stack tells other commands: where it answers and who runs it."""

    url: str
    pid: int
    nats_url: str
    processes: dict[str, int] = {}
    """Process ids by name, as they are now: a process that was restarted has a new one."""


class Layout:
    """The files of one data directory. Secrets are made once and readable by the owner alone."""

    def __init__(self, root: Path) -> None:
        """Use `root`; nothing is created before `prepare`."""
        self.root = root.expanduser().resolve()
        self.nats_dir = self.root / "nats"
        self.nats_config = self.root / "nats.conf"
        self.nats_log = self.root / "nats.log"
        self.plugins_dir = self.root / "plugins"
        self.plugin_data_dir = self.root / "plugin-data"
        self.vault_key = self.root / "secrets" / "vault.key"
        self.nats_password = self.root / "secrets" / "nats.password"
        self.cli_key = self.root / "secrets" / "cli.key"
        self.setup_token = self.root / "secrets" / "setup.token"
        self.state_file = self.root / "stack.json"
        self.lock_file = self.root / "stack.lock"
        self._lock: int | None = None

    def prepare(self) -> None:
        """Create what is missing; safe to repeat."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)  # nobody else's to read
        for directory in (self.nats_dir, self.plugins_dir, self.plugin_data_dir):
            directory.mkdir(parents=True, exist_ok=True)
        (self.root / "secrets").mkdir(mode=0o700, exist_ok=True)
        _write_once(self.vault_key, base64.b64encode(secrets.token_bytes(32)).decode())
        _write_once(self.nats_password, secrets.token_urlsafe(32))
        _write_once(self.cli_key, f"sk_{secrets.token_urlsafe(32)}")
        _write_once(self.setup_token, secrets.token_urlsafe(18))

    def database_url(self, owner: str) -> str:
        """Return the SQLite URL of one service's own file."""
        return f"sqlite+aiosqlite:///{self.root / f'{owner}.db'}"

    def read_state(self) -> StackState | None:
        """Return the running stack's state, or None when none runs here."""
        try:
            state = msgspec.json.decode(self.state_file.read_bytes(), type=StackState)
        except (OSError, msgspec.DecodeError):
            return None
        return state if self._is_locked() else None

    def lock(self) -> bool:
        """Take the directory for this process until it ends; False when another one has it.

        The lock belongs to the open file, so it cannot outlive the process, however that ends.
        """
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def unlock(self) -> None:
        """Give the directory back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _is_locked(self) -> bool:
        try:
            descriptor = os.open(self.lock_file, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def write_state(self, state: StackState) -> None:
        """Tell other commands about this stack."""
        partial = self.state_file.with_suffix(".partial")
        partial.touch(mode=0o600)  # the address of a bus may hold a password
        partial.write_text(json.dumps(msgspec.to_builtins(state)))
        partial.replace(self.state_file)

    def clear_state(self) -> None:
        """Forget the stack that ran here."""
        self.state_file.unlink(missing_ok=True)


def _write_once(path: Path, content: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(content)


def free_port() -> int:
    """Return a loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether `port` can be bound now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
