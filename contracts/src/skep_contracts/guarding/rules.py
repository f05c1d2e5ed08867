"""A workspace's guardrails, as the bucket of settings holds them."""

from typing import Any, Final, Literal

import msgspec

SETTING: Final = "guardrails"
"""Below a tenant, in `topology.SETTINGS`."""


class GuardrailRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One guardrail that is in use."""

    id: str
    name: str
    """For people; said when something is refused."""
    guardrail: str
    """The kind."""
    settings: dict[str, Any] = {}
    sides: tuple[Literal["input", "output"], ...] = ("input",)
    action: Literal["block", "mask", "flag"] = "block"
    apps: tuple[str, ...] = ()
    """Ids of the apps it holds for; all calls when empty."""
    is_on: bool = True


class GuardrailRules(msgspec.Struct, frozen=True, kw_only=True):
    """All of a workspace, in the order in which they look."""

    rules: tuple[GuardrailRule, ...] = ()
