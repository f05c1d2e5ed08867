"""Shapes of requests and answers about guardrails."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skep_contracts.plugins.guardrails import GuardrailDescription
from skep_gateway.web.shapes import Line, View


class GuardrailKindView(View):
    """A kind of guardrails that can be used."""

    name: str
    title: str
    description: str
    settings_schema: dict[str, Any]

    @classmethod
    def of(cls, kind: GuardrailDescription) -> "GuardrailKindView":
        """Show a kind."""
        return cls(
            name=kind.name,
            title=kind.title,
            description=kind.description,
            settings_schema=kind.settings_schema,
        )


class RuleView(View):
    """One guardrail in use."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    """Yours; events name it."""
    name: Annotated[Line, Field(max_length=100)]
    guardrail: Annotated[str, Field(max_length=64)]
    settings: Annotated[dict[str, Any], Field(default_factory=dict)]
    sides: Annotated[
        list[Literal["input", "output"]], Field(min_length=1, max_length=2, default=["input"])
    ]
    """What is sent, what comes back. Answers that are looked at do not stream."""
    action: Literal["block", "mask", "flag"] = "block"
    apps: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(max_length=100, default_factory=list)
    ]
    """Ids of the apps it holds for; every call of the workspace when empty."""
    is_on: bool = True


class RulesView(View):
    """All of a workspace, in the order in which they look."""

    rules: Annotated[list[RuleView], Field(max_length=50)]


class TrialRequest(View):
    """Tries a text against a rule, in use or not."""

    rule: RuleView
    text: Annotated[str, Field(max_length=100_000)]


class TrialView(View):
    """What the rule would make of it."""

    action: Literal["pass", "block", "mask", "flag"]
    kinds: list[str]
    text: str
    """As it would be passed on."""
