"""Models that say what is wrong with a text."""

from typing import Protocol, runtime_checkable

import msgspec

from skep_contracts.plugins.models import Usage


class ModerationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Texts to judge."""

    model: str
    texts: tuple[str, ...]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one text, in the model's own categories."""

    flagged: bool
    categories: dict[str, bool]
    scores: dict[str, float]
    """By category, in [0, 1]; empty where the model gives none."""


class Moderation(msgspec.Struct, frozen=True, kw_only=True):
    """`verdicts`: one per text, same order."""

    verdicts: tuple[Verdict, ...]
    usage: Usage
    model: str


@runtime_checkable
class Moderator(Protocol):
    """A provider that has models for moderation."""

    async def moderate(self, request: ModerationRequest) -> Moderation:
        """Judge texts."""
        ...
