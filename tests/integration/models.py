"""The scripted model as a process of its own, so that killing a service never touches it."""

import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

from skep_testing.stack import RunningStack


class ScriptedModel:
    """A running model server: where it is, and what it was asked."""

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url
        self.api_key = api_key
        self._root = url.removesuffix("/v1")

    def connect(self, stack: RunningStack) -> None:
        """Make it the stack's provider of OpenAI-shaped models."""
        stack.request(
            "POST",
            "/api/v1/credentials",
            {
                "provider": "openai",
                "name": "scripted",
                "values": {"api_key": self.api_key, "base_url": self.url},
            },
        )

    def stats(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self._root}/stats", timeout=5) as answer:
            stats: dict[str, Any] = json.loads(answer.read())
        return stats

    def count(self, marker: str) -> dict[str, int]:
        """Return how calls with the marker went: started, completed, failed, aborted."""
        empty = {"started": 0, "completed": 0, "failed": 0, "aborted": 0}
        found: dict[str, int] = self.stats()["markers"].get(marker, {})
        return {**empty, **found}

    def script(self, text: str, *turns: dict[str, Any]) -> None:
        """Answer calls whose prompt contains `text` with these turns."""
        body = json.dumps({"text": text, "turns": turns}).encode()
        request = urllib.request.Request(f"{self._root}/script", data=body, method="POST")
        urllib.request.urlopen(request, timeout=5).close()


@contextlib.contextmanager
def scripted_model(*options: str) -> Iterator[ScriptedModel]:
    """Start a model server; stop it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "skep_testing.model_server", *options], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())
        yield ScriptedModel(where["url"], where["api_key"])
    finally:
        process.terminate()
        process.wait(timeout=10)
