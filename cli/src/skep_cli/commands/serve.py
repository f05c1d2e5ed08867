"""`skep service NAME`: one service in the foreground, for clusters and containers."""

import os
import sys

import click


@click.command()
@click.argument("name", type=click.Choice(["gateway", "orchestrator", "ingest", "sandbox"]))
def service(name: str) -> None:
    """Start one service; its settings are SKEP_… variables (docs/operations.md lists them)."""
    os.execv(sys.executable, [sys.executable, "-m", f"skep_{name}"])  # noqa: S606  # our own module
