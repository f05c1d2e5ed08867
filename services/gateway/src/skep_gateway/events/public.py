"""An event as subscribers get it."""

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
