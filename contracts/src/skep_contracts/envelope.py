"""What wraps every message, and the three things a message can be."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, TypeVar

import msgspec

from skep_contracts.ids import new_ulid

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with a time zone; written in UTC."""

MAX_MESSAGE_BYTES = 256 * 1024
"""A message stays under this; larger content travels as a reference to a stored blob."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who says what to whom, and what led to it. `data` is the payload, still encoded."""

    id: str
    """The same however often the message is delivered; keep it to recognise repeats."""
    type: str
    """Noun, verb and version of what `data` is, such as ``run.succeeded.v1``."""
    tenant: str
    """Whom it concerns; ``_`` for the whole platform."""
    source: str
    """The service that said it."""
    time: Instant
    """When it was said, by the clock of `source`."""
    data: msgspec.Raw
    correlation: str | None = None
    """The run or request this belongs to."""
    causation: str | None = None
    """The `id` of the message that led here."""


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of every payload. The tag is the message type, such as ``run.succeeded.v1``."""


class Event(Message, frozen=True, kw_only=True):
    """A fact, in the past tense. `noun` and `noun_id_field` give its subject."""

    noun_id_field: ClassVar[str]

    @classmethod
    def noun(cls) -> str:
        """The subject's noun, from the type string."""
        return message_type(cls).split(".")[0]

    @classmethod
    def past(cls) -> str:
        """The subject's verb, from the type string."""
        return message_type(cls).split(".")[1]

    def noun_id(self) -> str:
        """The identifier that the subject carries."""
        return str(getattr(self, self.noun_id_field))


class Command(Message, frozen=True, kw_only=True):
    """A durable order to exactly one service, carried out at least once."""

    owner: ClassVar[str]
    imperative: ClassVar[str]


class Call(Message, frozen=True, kw_only=True):
    """A request answered now. Safe to repeat unless the class says otherwise."""

    owner: ClassVar[str]
    imperative: ClassVar[str]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every answer to a call. Errors travel beside it, as a `Problem`."""


M = TypeVar("M", bound=Message)


def message_type(cls: type[Message]) -> str:
    """Return the type string of a message class."""
    tag = cls.__struct_config__.tag
    if not isinstance(tag, str) or "." not in tag:
        raise TypeError(f"{cls.__name__} has no message type")
    return tag


def wrap(
    payload: Message,
    *,
    tenant: str,
    source: str,
    message_id: str | None = None,
    correlation: str | None = None,
    causation: str | None = None,
) -> Envelope:
    """Put a payload into an envelope dated now, with a fresh id unless one is given."""
    return Envelope(
        id=message_id or new_ulid(),
        type=message_type(type(payload)),
        tenant=tenant,
        source=source,
        time=datetime.now(UTC),
        data=msgspec.Raw(msgspec.json.encode(payload)),
        correlation=correlation,
        causation=causation,
    )
