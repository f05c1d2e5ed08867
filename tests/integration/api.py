"""What integration tests say to a stack, in few words."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from skep_testing.stack import RunningStack

TERMINAL = ("run.succeeded", "run.failed", "run.cancelled")


class StreamEvent(msgspec.Struct, frozen=True):
    """One server-sent event."""

    id: str
    event: str
    data: Any


def skep(
    stack: RunningStack, *arguments: str, timeout_s: float = 90
) -> "subprocess.CompletedProcess[str]":
    """Run the `skep` command against a stack."""
    return subprocess.run(
        [sys.executable, "-m", "skep_cli", *arguments],
        env={**os.environ, "SKEP_DATA_DIR": str(stack.data_dir)},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def create_app(stack: RunningStack, document: Mapping[str, Any]) -> str:
    """Create and publish an app; return its id."""
    app = stack.request("POST", "/api/v1/apps", {"document": document})
    stack.request("POST", f"/api/v1/apps/{app['id']}/versions", {})
    return str(app["id"])


def start_run(stack: RunningStack, app: str, **more: Any) -> str:
    """Start a run and return its id at once."""
    body = {"app": app, "respond": "accepted", **more}
    return str(stack.request("POST", "/api/v1/runs", body)["id"])


def stream_events(
    stack: RunningStack, run_id: str, *, last_id: str = "", timeout_s: float = 30
) -> Iterator[StreamEvent]:
    """Yield a run's events until the connection ends."""
    headers = {"Authorization": f"Bearer {stack.key}", "Accept": "text/event-stream"}
    if last_id:
        headers["Last-Event-ID"] = last_id
    request = urllib.request.Request(f"{stack.url}/api/v1/runs/{run_id}/events", headers=headers)
    with urllib.request.urlopen(request, timeout=timeout_s) as answer:
        event_id, name, data = "", "", ""
        for raw in answer:
            line = raw.decode().rstrip("\r\n")
            if not line and data:
                yield StreamEvent(event_id, name, json.loads(data))
                data = ""
            elif line.startswith("id:"):
                event_id = line[3:].strip()
            elif line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                data += line[5:].strip()


class Follower(threading.Thread):
    """Follows a run like a patient client: reconnects with Last-Event-ID until the run ends."""

    def __init__(self, stack: RunningStack, run_id: str) -> None:
        super().__init__(daemon=True)
        self.events: list[StreamEvent] = []
        self.reconnects = 0
        self.resets = 0
        self.text = ""
        self._stack = stack
        self._run_id = run_id
        self.start()

    def run(self) -> None:
        last_id = ""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                for event in stream_events(self._stack, self._run_id, last_id=last_id):
                    last_id = event.id or last_id
                    self._take(event)
                    if event.event in TERMINAL:
                        return
            except OSError:
                pass
            self.reconnects += 1
            time.sleep(0.05)

    def _take(self, event: StreamEvent) -> None:
        self.events.append(event)
        if event.event == "answer.delta":
            assert event.data["offset"] == len(self.text), "a gap or an overlap in the text"
            self.text += event.data["text"]
        elif event.event == "answer.reset":
            self.resets += 1
            self.text = self.text[: event.data["offset"]]

    def wait_for(self, name: str, *, node: str | None = None, timeout_s: float = 30) -> StreamEvent:
        """Return the first event of that name (and node), waiting for it."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for event in list(self.events):
                if event.event == name and (node is None or event.data.get("node") == node):
                    return event
            time.sleep(0.01)
        seen = [(event.event, event.data.get("node")) for event in self.events]
        raise AssertionError(f"no {name} of {node} within {timeout_s} s; seen: {seen}")

    def end(self, timeout_s: float = 60) -> StreamEvent:
        """Return the run's last event."""
        self.join(timeout_s)
        assert self.events, "nothing was received"
        assert self.events[-1].event in TERMINAL, self.events[-1]
        return self.events[-1]


def refused(
    stack: RunningStack, method: str, path: str, body: object = None, **more: Any
) -> dict[str, Any]:
    """Send what must be refused; return the problem."""
    try:
        answer = stack.request(method, path, body, **more)
    except urllib.error.HTTPError as error:
        problem: dict[str, Any] = json.loads(error.read())
        return problem
    raise AssertionError(f"{method} {path} was not refused: {answer}")


def upload(stack: RunningStack, name: str, content: bytes, mime_type: str) -> dict[str, Any]:
    """Upload a file; return what is known of it."""
    head = (
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {mime_type}\r\n\r\n"
    )
    body = head.encode() + content + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    made: dict[str, Any] = stack.request("POST", "/api/v1/files", body, content_type=kind)
    return made


def wait_until_ended(stack: RunningStack, run_id: str, timeout_s: float = 60) -> dict[str, Any]:
    """Return the run once it has ended."""
    deadline = time.monotonic() + timeout_s
    run: dict[str, Any] = {}
    while time.monotonic() < deadline:
        try:
            run = stack.request("GET", f"/api/v1/runs/{run_id}")
        except OSError:
            run = {"status": "unknown"}
        if run["status"] in {"succeeded", "failed", "cancelled"}:
            return run
        time.sleep(0.05)
    raise AssertionError(f"{run_id} did not end within {timeout_s} s: {run}")


def wait_for_document(stack: RunningStack, path: str, timeout_s: float = 30) -> dict[str, Any]:
    """Return the document once it is ready or failed."""
    deadline = time.monotonic() + timeout_s
    document: dict[str, Any] = {}
    while time.monotonic() < deadline:
        try:
            document = stack.request("GET", path)
        except OSError:  # ingest or the gateway is just being restarted
            document = {"status": "unknown"}
        if document["status"] in {"ready", "failed"}:
            return document
        time.sleep(0.05)
    raise AssertionError(document)


def eventually(holds: Callable[[], object], timeout_s: float = 20.0) -> None:
    """Wait for something that happens elsewhere."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
