"""An event as subscribers get it."""

from typing import Final

import msgspec

from skep_contracts.envelope import Envelope, Instant


class PublicEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What subscribers get of an envelope."""

    id: str
    type: str
    time: Instant
    data: msgspec.Raw


def public_event(envelope: Envelope) -> bytes:
    """Return an event as one line of JSON."""
    shown = PublicEvent(id=envelope.id, type=envelope.type, time=envelope.time, data=envelope.data)
    return msgspec.json.encode(shown)


class _About(msgspec.Struct, frozen=True):
    app_id: str | None = None


_about: Final = msgspec.json.Decoder(_About)


def app_of(envelope: Envelope) -> str | None:
    """Return the app that an event is about, if it says so."""
    try:
        return _about.decode(envelope.data).app_id
    except msgspec.DecodeError:
        return None
