"""Extension point: kinds of guardrails, which look at what goes to a model and what comes back.

A guardrail finds; what follows from it (refusing, masking, noting) is the workspace's choice and
the host's work.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from skep_contracts.plugins.manifest import PluginContext, hookspec


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a text that a guardrail is there for."""

    start: int
    """Characters from the beginning of the text."""
    end: int
    kind: str
    """What it is, in a word or two, such as ``email``: shown to people, and put in its place when
    it is masked. Never the thing itself."""


class Guardrail(Protocol):
    """One guardrail with its settings. Concurrent calls are allowed."""

    async def find(self, text: str) -> Sequence[Finding]:
        """Return what is in a text, in order, overlaps allowed; nothing when it is fine."""
        ...


class GuardrailDescription(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of guardrails that a plugin offers."""

    name: str
    title: str
    description: str
    """For people."""
    settings_schema: dict[str, Any]
    """JSON Schema of what to enter for one."""
    timeout_s: float = 5.0
    factory: Callable[[PluginContext, dict[str, Any]], Guardrail]
    """Builds one from a context and its settings; raises `InvalidInput` with pointers relative to
    the settings."""


class GuardrailHooks:
    """Hooks of the group ``skep.guardrails``."""

    @hookspec
    def skep_guardrails(self) -> list[GuardrailDescription]:  # type: ignore[empty-body]  # a specification
        """Describe the kinds of guardrails this plugin offers. Synchronous and cheap."""
