"""How the answer of an app is written; each of OpenAI's APIs that streams does it its own way."""

from typing import Protocol

from skep_contracts.plugins.models import Usage
from skep_contracts.problems import SkepError


class AnswerWriter(Protocol):
    """Writes one answer as the events of a stream. Every method returns none, one or several."""

    def begin(self) -> bytes:
        """Open the answer."""
        ...

    def text(self, text: str) -> bytes:
        """Add text."""
        ...

    def end(self) -> bytes:
        """Say that the text is whole."""
        ...

    def failed(self, error: SkepError) -> bytes:
        """Say what breaks the answer off; nothing follows."""
        ...

    def close(self, usage: Usage) -> bytes:
        """End the stream of an answer that is whole."""
        ...
