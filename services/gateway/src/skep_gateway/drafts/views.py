"""Shapes of requests and answers about drafts."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from skep_gateway.web.shapes import View

Kind: TypeAlias = Literal["prompt", "schema", "code"]
Language: TypeAlias = Literal["python", "javascript"]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class ModelDraftRequest(View):
    """Asks for a draft."""

    kind: Kind
    wish: Annotated[str, Field(min_length=1, max_length=10_000)]
    """What it is to do, in plain words."""
    current: Annotated[str, Field(max_length=100_000)] | None = None
    """What is there already and is to be improved."""
    variables: Annotated[list[Name], Field(max_length=200, default_factory=list)]
    """References a prompt may use, such as ``start.topic``; names of inputs for code."""
    outputs: Annotated[dict[str, Name], Field(max_length=100, default_factory=dict)]
    """What code must return: types by name."""
    language: Language = "python"
    model: Annotated[str, Field(min_length=1, max_length=200)] = "default"


class ModelDraftView(View):
    """A draft, for somebody to look at. `cost_usd` is null where no price is known."""

    text: str
    model: str
    input_tokens: int
    output_tokens: int
    cost_usd: float | None


class TokenCountRequest(View):
    """Asks how many tokens texts have."""

    model: Annotated[str, Field(min_length=1, max_length=200)] = "default"
    texts: Annotated[
        list[Annotated[str, Field(max_length=1_000_000)]], Field(min_length=1, max_length=100)
    ]


class TokenCountView(View):
    """About how many tokens texts have: vendors count each in their own way.

    `cost_usd` is what sending them costs, null where no price is known; `fits` is null where the
    context window is not known.
    """

    model: str
    tokens: int
    is_estimate: bool
    context_tokens: int | None
    fits: bool | None
    cost_usd: float | None
