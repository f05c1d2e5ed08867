"""Facts about guardrails."""

from typing import ClassVar, Literal

from skep_contracts.envelope import Event


class GuardrailTripped(Event, frozen=True, kw_only=True, tag="guardrail.tripped.v1"):
    """A guardrail found something. The text is not told, and neither is what was found in it."""

    noun_id_field: ClassVar[str] = "rule_id"

    rule_id: str
    """Of the workspace's rule."""
    guardrail: str
    """The kind that found it."""
    action: Literal["block", "mask", "flag"]
    side: Literal["input", "output"]
    kinds: tuple[str, ...]
    """What was found, each kind once."""
    model: str
    run_id: str | None = None
    node: str | None = None
    app_id: str | None = None
    key_id: str | None = None
    end_user: str | None = None
