"""Facts about apps."""

from typing import ClassVar

from skep_contracts.envelope import Event
from skep_contracts.ids import AppId, VersionHash


class AppPublished(Event, frozen=True, kw_only=True, tag="app.published.v1"):
    """A version of an app went live."""

    noun_id_field: ClassVar[str] = "app_id"

    app_id: AppId
    version: VersionHash
    """Content hash of the document."""
    number: int
    """Counts the app's published versions, from 1."""
    note: str = ""
    """What the author said about this version."""


class AppDeleted(Event, frozen=True, kw_only=True, tag="app.deleted.v1"):
    """An app is gone; its runs stay."""

    noun_id_field: ClassVar[str] = "app_id"

    app_id: AppId
