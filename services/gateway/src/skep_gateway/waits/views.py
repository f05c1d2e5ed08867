"""Shapes of requests and answers about waits."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field

from skep_contracts.calls.run import RunStatus
from skep_contracts.calls.waits import OpenWait
from skep_contracts.form_fields.field import FormField
from skep_contracts.waits.forms import FormAction
from skep_gateway.web.shapes import View


class WaitView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a run waits for. Present fields are those that its kind has."""

    place: str
    """Where the node stands: what an answer names. Empty for a run that an operator paused."""
    kind: str
    """``form``, ``callback``, ``time``, ``run``, ``budget`` or ``hold``."""
    since: datetime
    until: datetime | None
    data: dict[str, Any]
    """Of a form its content, fields and actions; of a run its ``run_id``; of a hold ``reason`` and
    ``by``."""
    link: str | None = None
    """Where people answer a form, or the address for a callback; only for who may answer."""


class WaitsView(msgspec.Struct, frozen=True, kw_only=True):
    """What a run waits for."""

    run_id: str
    status: RunStatus
    waits: tuple[WaitView, ...]


class AnswerRequest(View):
    """Answers a wait."""

    place: Annotated[str, Field(min_length=1, max_length=1_000)]
    answer: Any
    """Of a form ``{"action": …, "fields": {…}}``; of a callback any JSON."""


class AcceptedView(msgspec.Struct, frozen=True, kw_only=True):
    """It was taken in; the run goes on within moments."""

    run_id: str
    place: str
    status: Literal["accepted"] = "accepted"


class FormView(msgspec.Struct, frozen=True, kw_only=True):
    """A form that waits for an answer."""

    content: str
    """Markdown."""
    fields: tuple[FormField, ...]
    actions: tuple[FormAction, ...]
    since: datetime
    until: datetime | None


class PauseRequest(View):
    """Pauses a run. All of it can be left out."""

    reason: Annotated[str, Field(max_length=500)] = ""


def kind_of(wait: OpenWait) -> str:
    """Return what kind of wait it is."""
    return str(wait.wait.get("kind", "unknown"))


def data_of(wait: OpenWait) -> dict[str, Any]:
    """Return what is to be known of a wait."""
    if kind_of(wait) == "hold":
        return {name: value for name, value in wait.wait.items() if name in {"reason", "by"}}
    found: dict[str, Any] = wait.wait.get("data", {})
    return found


def until_of(wait: OpenWait) -> datetime | None:
    """Return when its time is up."""
    until = wait.wait.get("until")
    return None if until is None else msgspec.convert(until, datetime)
