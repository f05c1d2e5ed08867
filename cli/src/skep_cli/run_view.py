"""Shows a run while it happens: its answer on standard output, the rest on standard error."""

import sys
import time
from collections.abc import AsyncIterator
from typing import Any, Final

import click
import msgspec

from skep_cli.api import EXIT_CANCELLED, EXIT_FAILED
from skep_cli.sse import ServerEvent

_EXIT_CODES: Final = {
    "run.succeeded": 0,
    "run.failed": EXIT_FAILED,
    "run.cancelled": EXIT_CANCELLED,
}


class RunView:
    """Follows the events of one run and prints what a person wants to see."""

    def __init__(self, *, show_nodes: bool = False) -> None:
        """Print nodes as they start and end when `show_nodes`."""
        self.run_id = ""
        self.exit_code = EXIT_FAILED
        self.answer = ""
        self.end: dict[str, Any] = {}
        self._show_nodes = show_nodes
        self._began = time.monotonic()
        self._nodes = 0
        self._tokens = 0
        self._at_line_start = True

    async def follow(self, events: AsyncIterator[ServerEvent]) -> int:
        """Show every event to the end of the run and return the exit code for it."""
        async for event in events:
            self.show(event)
        self._end_line()
        self._summary()
        return self.exit_code

    def show(self, event: ServerEvent) -> None:
        """Show one event."""
        data = event.data
        self.run_id = data.get("run_id") or self.run_id
        match event.event:
            case "answer.delta":
                self._write(data["offset"], data["text"])
            case "answer.reset":
                self._reset(data["offset"])
            case "node.succeeded" | "node.failed" | "node.retrying" | "node.started":
                self._node(event.event, data)
            case "worker.acquired" if data.get("epoch", 1) > 1:
                self._note("another worker took the run over", "yellow")
            case "run.paused":
                self._note(f"the run waits{_for_what(data.get('waits') or {})}", "magenta")
            case name if name in _EXIT_CODES:
                self.end = data
                self.exit_code = _EXIT_CODES[name]
            case _:
                pass

    def _write(self, offset: int, text: str) -> None:
        fresh = text[max(0, len(self.answer) - offset) :]
        self.answer += fresh
        if fresh:
            sys.stdout.write(fresh)
            sys.stdout.flush()
            self._at_line_start = fresh.endswith("\n")

    def _reset(self, offset: int) -> None:
        if offset < len(self.answer):
            self._note("the text from here on is written again", "yellow")
            self.answer = self.answer[:offset]

    def _node(self, name: str, data: dict[str, Any]) -> None:
        if name == "node.succeeded":
            self._nodes += 1
        for call in data.get("calls") or ():
            usage = call.get("usage") or {}
            self._tokens += usage.get("input_tokens", 0) + usage.get("output_tokens", 0)
        if name == "node.retrying":
            self._note(
                f"{data['node']} failed and is tried again in {data['delay_s']:g} s", "yellow"
            )
        elif name == "node.failed" and data.get("handling", "stop") != "stop":
            self._note(f"{data['node']} failed; the run goes on as its settings say", "yellow")
        elif self._show_nodes and name != "node.failed":
            elapsed = f" in {data['elapsed_s']:.2f} s" if name == "node.succeeded" else ""
            self._note(f"{data['node']} {name.removeprefix('node.')}{elapsed}", None)

    def _note(self, text: str, colour: str | None) -> None:
        self._end_line()
        click.secho(f"· {text}", fg=colour, dim=colour is None, err=True)

    def _end_line(self) -> None:
        if not self._at_line_start:
            sys.stdout.write("\n")
            sys.stdout.flush()
            self._at_line_start = True

    def _summary(self) -> None:
        elapsed = self.end.get("elapsed_s") or time.monotonic() - self._began
        facts = f"{elapsed:.2f} s · {self._nodes} nodes · {self._tokens:,} tokens · {self.run_id}"
        if self.exit_code == 0:
            outputs = self.end.get("outputs") or {}
            if not self.answer and outputs:
                shown = msgspec.json.format(msgspec.json.encode(outputs), indent=2).decode()
                click.echo(shown)
            click.secho(f"✓ {facts}", fg="green", err=True)
            return
        problem = self.end.get("problem") or {}
        reason = problem.get("detail") or self.end.get("reason") or "no reason was given"
        where = f" in {self.end['node']}" if self.end.get("node") else ""
        word = "cancelled" if self.exit_code == EXIT_CANCELLED else "failed"
        click.secho(f"✗ {word}{where}: {reason}", fg="red", err=True)
        for fault in problem.get("errors") or ():
            click.secho(f"    {fault['pointer'] or '/'}: {fault['message']}", fg="red", err=True)
        click.secho(f"  {facts}", dim=True, err=True)


def _for_what(waits: dict[str, Any]) -> str:
    """Return what a run waits for, in words."""
    if "" in waits:
        hold = waits[""] if isinstance(waits[""], dict) else {}
        why = f" ({hold['reason']})" if hold.get("cause") == "budget" else ""
        return f": it was paused{why}, and goes on with `skep runs resume`"
    places = [f"at {place} for a {_kind(wait)}" for place, wait in waits.items()]
    return f": {', '.join(places)}" if places else ""


def _kind(wait: object) -> str:
    return str(wait.get("kind", "answer")) if isinstance(wait, dict) else "answer"
