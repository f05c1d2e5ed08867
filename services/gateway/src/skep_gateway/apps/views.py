"""Shapes of requests and answers about apps."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field

from skep_contracts.graph import WorkflowDocument
from skep_contracts.problems import FieldError
from skep_gateway.apps.repository import VersionInfo
from skep_gateway.apps.tables import AppRow
from skep_gateway.web.shapes import Line, View
from skep_gateway.workflows.views import Fault


class PublishedView(View):
    """The version that runs."""

    version: str
    number: int
    at: datetime


class AppView(View):
    """An app. `draft` is the hash of its draft's document."""

    id: str
    name: str
    mode: Literal["workflow", "chat"]
    description: str
    icon: str
    tags: list[str]
    draft: str
    published: PublishedView | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: AppRow, tags: Iterable[str] = ()) -> "AppView":
        """Show a row."""
        return cls(tags=[*tags], **_shown(row))


class SavedAppView(AppView):
    """An app whose draft was saved; `issues` keep the draft from being published or run."""

    issues: list[Fault]

    @classmethod
    def saved(
        cls, row: AppRow, issues: tuple[FieldError, ...], tags: Iterable[str] = ()
    ) -> "SavedAppView":
        """Show a row with what is wrong with its draft."""
        return cls(issues=Fault.all_of(issues), tags=[*tags], **_shown(row))


Tag = Annotated[Line, Field(max_length=40)]


class AppChanges(View):
    """What to change. The draft's document changes with it, but for tags, which are not in it."""

    name: Annotated[Line, Field(max_length=200)] | None = None
    description: Annotated[str, Field(max_length=10_000)] | None = None
    icon: Annotated[str, Field(max_length=2_000)] | None = None
    tags: Annotated[list[Tag], Field(max_length=20)] | None = None


class CopyRequest(View):
    """Copies an app. Without a name, it is called after the first."""

    name: Annotated[Line, Field(max_length=200)] | None = None


class TagView(View):
    """A tag, and how many apps have it."""

    tag: str
    apps: int


class DraftView(View):
    """A draft. `version` is its content hash, which is also the ETag."""

    document: dict[str, Any]
    version: str
    saved_at: datetime
    issues: list[Fault]


class SavedDraftView(View):
    """A draft that was saved."""

    app_id: str
    version: str
    issues: list[Fault]


class PublishRequest(View):
    """Publishes the draft."""

    note: Annotated[str, Field(max_length=2_000)] = ""


class VersionView(View):
    """A published version."""

    version: str
    number: int
    note: str
    created_at: datetime
    created_by: str
    is_current: bool

    @classmethod
    def of(cls, info: VersionInfo, current: str | None) -> "VersionView":
        """Show a version."""
        return cls(
            version=info.hash,
            number=info.number,
            note=info.note,
            created_at=info.created_at,
            created_by=info.created_by,
            is_current=info.hash == current,
        )


class WholeVersionView(VersionView):
    """A published version with its document."""

    document: dict[str, Any]


def plain(document: WorkflowDocument) -> dict[str, Any]:
    """Return the document as plain data, defaults left out."""
    data: dict[str, Any] = msgspec.to_builtins(document)
    return data


def _shown(row: AppRow) -> dict[str, Any]:
    published = None
    if row.published_hash and row.published_number and row.published_at:
        published = PublishedView(
            version=row.published_hash, number=row.published_number, at=row.published_at
        )
    return {
        "id": row.id,
        "name": row.name,
        "mode": row.mode,
        "description": row.description,
        "icon": row.icon,
        "draft": row.draft_hash,
        "published": published,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
