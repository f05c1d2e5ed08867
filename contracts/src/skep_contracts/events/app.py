"""Facts about apps."""

from typing import ClassVar

from skep_contracts.envelope import Event
from skep_contracts.ids import AppId, VersionHash


class AppPublished(Event, frozen=True, kw_only=True, tag="app.published.v1"):
    """A version of an app went live."""

    noun_id_field: ClassVar[str] = "app_id"

    app_id: AppId
    version: VersionHash
    number: int
    note: str = ""


class AppDeleted(Event, frozen=True, kw_only=True, tag="app.deleted.v1"):
    """An app is gone; its runs stay."""

    noun_id_field: ClassVar[str] = "app_id"

    app_id: AppId
