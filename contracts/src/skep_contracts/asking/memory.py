"""Earlier turns of a conversation, for a model that is to know them."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from skep_contracts.plugins.models import ChatMessage


class Memory(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Earlier turns of the conversation."""

    enabled: bool = True
    window: Annotated[
        int, msgspec.Meta(ge=0, le=200, description="Turns, each a question and its answer.")
    ] = 10


def remembered(history: Sequence[ChatMessage], memory: Memory | None) -> Sequence[ChatMessage]:
    """Return the last turns; a turn begins with what the user said."""
    if memory is None or not memory.enabled or memory.window == 0:
        return ()
    starts = [index for index, message in enumerate(history) if message.role == "user"]
    first = starts[-memory.window :][:1]
    return history[first[0] :] if first else ()


def transcript(history: Sequence[ChatMessage]) -> list[dict[str, str]]:
    """Return turns as material to read, which no text in them can break out of once encoded."""
    return [
        {"role": message.role, "text": text}
        for message in history
        if (text := message.text()) and message.role in {"user", "assistant"}
    ]
