"""Shapes of requests and answers about sources."""

from typing import Annotated, Any

from pydantic import Field

from skep_contracts.plugins.sources.kinds import SourceDescription
from skep_gateway.web.shapes import Line, View

_YEAR_HOURS = 24 * 366


class SourceKindView(View):
    """A kind of sources that can be added to a dataset."""

    name: str
    title: str
    description: str
    settings_schema: dict[str, Any]
    """JSON Schema of what to enter; fields with ``writeOnly`` are secrets."""

    @classmethod
    def of(cls, kind: SourceDescription) -> "SourceKindView":
        """Show a kind."""
        return cls(
            name=kind.name,
            title=kind.title,
            description=kind.description,
            settings_schema=kind.settings_schema,
        )


class SourceRequest(View):
    """Adds a source to a dataset; its first sync begins at once."""

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    kind: Annotated[str, Field(min_length=1, max_length=64)]
    settings: dict[str, Any]
    """As the kind's form asks; secrets are sealed and never shown again."""
    every_hours: Annotated[int, Field(ge=1, le=_YEAR_HOURS)] | None = None
    """How often it is synced by itself; only when somebody asks for it, when left out."""


class SourceChanges(View):
    """Changes a source; what is left out stays as it is. Other settings begin a sync."""

    name: Annotated[Line, Field(min_length=1, max_length=200)] | None = None
    settings: dict[str, Any] | None = None
    """All settings; secrets that are left out stay, null removes one."""
    every_hours: Annotated[int, Field(ge=0, le=_YEAR_HOURS)] | None = None
    """0 to sync it only when somebody asks for it."""


class SyncRequest(View):
    """Syncs a source now."""

    allow_empty: bool = False
    """Remove documents even when the source suddenly has hardly anything left."""
