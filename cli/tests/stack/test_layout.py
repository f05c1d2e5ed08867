"""The data directory: secrets, and one stack at a time."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from skep_cli.stack.layout import Layout, StackState

STATE = StackState(url="http://127.0.0.1:1", pid=1, nats_url="nats://127.0.0.1:2")


def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    first = layout.vault_key.read_text()

    layout.prepare()

    assert layout.vault_key.read_text() == first
    for path in (layout.vault_key, layout.nats_password, layout.cli_key, layout.setup_token):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(layout.vault_key.parent.stat().st_mode) == 0o700


def test_two_data_directories_share_no_secret(tmp_path: Path) -> None:
    one, two = Layout(tmp_path / "one"), Layout(tmp_path / "two")
    one.prepare()
    two.prepare()

    assert one.cli_key.read_text() != two.cli_key.read_text()
    assert one.vault_key.read_text() != two.vault_key.read_text()


def test_state_is_there_while_the_lock_is_held(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.prepare()
    assert layout.lock()
    layout.write_state(STATE)

    seen = Layout(tmp_path).read_state()
    layout.unlock()

    assert seen == STATE
    assert Layout(tmp_path).read_state() is None


def test_directory_in_use_cannot_be_locked_again(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.prepare()
    assert layout.lock()

    code = (
        "import sys; from pathlib import Path; from skep_cli.stack.layout import Layout;"
        f"sys.exit(0 if Layout(Path({os.fspath(tmp_path)!r})).lock() else 7)"
    )
    other = subprocess.run([sys.executable, "-c", code], check=False)

    assert other.returncode == 7
    layout.unlock()


def test_damaged_state_counts_as_none(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.prepare()
    layout.lock()
    layout.state_file.write_text("{")

    assert layout.read_state() is None
    layout.unlock()
