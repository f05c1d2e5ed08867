"""Shapes of requests and answers about sites."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from skep_gateway.web.shapes import Line, View

Text = Annotated[str, Field(max_length=2_000)]


class SiteLook(View):
    """How a page looks, and what it says."""

    title: Annotated[str, Field(max_length=120, pattern=r"^[^\r\n]*$")] = ""
    """The app's name when empty."""
    description: Text = ""
    """The app's when empty."""
    greeting: Text = ""
    """What a chat begins with."""
    suggestions: Annotated[
        list[Annotated[Line, Field(min_length=1, max_length=200)]],
        Field(max_length=6, default_factory=list),
    ]
    """Messages to begin with at a click."""
    color: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = "#b45309"
    theme: Literal["auto", "light", "dark"] = "auto"
    language: Literal["auto", "en", "zh"] = "auto"
    disclaimer: Annotated[str, Field(max_length=500)] = ""


class SiteRequest(View):
    """Opens, closes and changes an app's page."""

    is_open: bool
    look: Annotated[SiteLook, Field(default_factory=SiteLook)]
    renew_address: bool = False
    """Give it a new address; the old one leads nowhere from then on."""


class SiteView(View):
    """An app's page as its owner sees it."""

    is_open: bool
    address: str | None
    """Where it is; null when it was never opened."""
    embed_code: str | None
    look: SiteLook
    updated_at: datetime | None


class PublicSiteView(View):
    """What the page shows."""

    mode: Literal["workflow", "chat"]
    title: str
    description: str
    look: SiteLook
    fields: list[dict[str, Any]]
    """The app's start form, as fields; those for files are left out."""
    is_ready: bool
    """False while the app takes files that it cannot do without."""


class VisitorView(View):
    """A visitor's token, to be sent as `X-Skep-Visitor`."""

    visitor: str


class SiteRunRequest(View):
    """What a visitor sends."""

    inputs: Annotated[dict[str, Any], Field(default_factory=dict)]
    query: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    conversation_id: Annotated[str, Field(max_length=64)] | None = None


class SiteRunView(View):
    """A run as a visitor sees it."""

    id: str
    status: Literal["running", "succeeded", "failed", "cancelled", "waiting"]
    conversation_id: str | None
    answer: str | None
    outputs: dict[str, Any]
    """Of an app without an answer node."""
    form_url: str | None = None
    """Where a form is that the run waits for."""
