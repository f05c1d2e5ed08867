"""Shapes of requests and answers about toolkits."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field

from skep_contracts.plugins.toolkits import (
    GRANT_FIELD,
    SEPARATOR,
    ToolkitDescription,
    ToolkitTool,
    toolkit_kind,
)
from skep_gateway.credentials.tables import CredentialRow
from skep_gateway.web.shapes import View

SignInState: TypeAlias = Literal["none", "granted", "ended"]
"""``ended``: what was granted is good no more; somebody has to sign in again."""
ENDED: Final = "ended"


class ToolkitKindView(View):
    """A kind of toolkits that can be set up."""

    name: str
    title: str
    description: str
    settings_schema: dict[str, Any]
    """JSON Schema of what to enter; fields with ``writeOnly`` are secrets."""
    has_sign_in: bool
    """People can sign in at the other side: ``POST …/toolkits/{id}/sign-ins``."""

    @classmethod
    def of(cls, kind: ToolkitDescription) -> "ToolkitKindView":
        """Show a kind."""
        return cls(
            name=kind.name,
            title=kind.title,
            description=kind.description,
            settings_schema=kind.settings_schema,
            has_sign_in=bool(kind.signs_in_at),
        )


class ToolkitRequest(View):
    """Sets up a toolkit. The names of its tools begin with its name and two underscores."""

    kind: Annotated[str, Field(max_length=64)]
    name: Annotated[str, Field(max_length=32)]
    """Lower-case letters, digits, single ``-`` and ``_``."""
    settings: dict[str, Any]


class ToolkitChanges(View):
    """Changes a toolkit's settings; what is left out stays as it is, null removes a field."""

    settings: dict[str, Any]


class ToolkitView(View):
    """A toolkit, as it may be shown: of secrets a hint at most."""

    id: str
    kind: str
    name: str
    hints: dict[str, str]
    sign_in: SignInState
    created_at: datetime

    @classmethod
    def of(cls, row: CredentialRow) -> "ToolkitView":
        """Show a row."""
        hints = {name: hint for name, hint in row.hints.items() if name != GRANT_FIELD}
        return cls(
            id=row.id,
            kind=toolkit_kind(row.provider) or "",
            name=row.name,
            hints=hints,
            sign_in=_sign_in_state(row.hints.get(GRANT_FIELD)),
            created_at=row.created_at,
        )


def _sign_in_state(hint: str | None) -> SignInState:
    if hint is None:
        return "none"
    return "ended" if hint == ENDED else "granted"


class SignInRequest(View):
    """Begins to sign in at the other side."""

    redirect_uri: Annotated[str, Field(max_length=2_000, pattern=r"^https?://[^\s#?]+/connected$")]
    """The console's page to come back to, at the address it has in this browser."""


class SignInView(View):
    """Where to go to sign in."""

    address: str


class SignInEnd(View):
    """What the other side sent the browser back with."""

    state: Annotated[str, Field(min_length=1, max_length=8_000)]
    code: Annotated[str, Field(max_length=8_000)] = ""
    iss: Annotated[str, Field(max_length=2_000)] = ""
    error: Annotated[str, Field(max_length=200)] = ""
    error_description: Annotated[str, Field(max_length=2_000)] = ""


class ToolkitToolView(View):
    """A tool as the other side describes it. Agents and tool nodes write its `name`."""

    name: str
    title: str
    description: str
    parameters: dict[str, Any]
    repeatable: bool

    @classmethod
    def of(cls, toolkit: str, tool: ToolkitTool) -> "ToolkitToolView":
        """Show a tool."""
        return cls(
            name=f"{toolkit}{SEPARATOR}{tool.name}",
            title=tool.title or tool.name,
            description=tool.description[:4_000],
            parameters=tool.parameters,
            repeatable=tool.repeatable,
        )
