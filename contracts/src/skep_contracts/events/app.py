"""Facts about apps."""

from typing import ClassVar, Literal

import msgspec

from skep_contracts.envelope import Event
from skep_contracts.ids import AppId, VersionHash


class PublishedApp(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the bucket `topology.APPS` holds of an app: which document runs when it is started."""

    version: VersionHash
    name: str
    mode: Literal["workflow", "chat"] = "workflow"


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
