"""Stream items as server-sent events."""

from typing import Final

import msgspec

from skep_contracts.run_log import RunEvent
from skep_gateway.live.answer_text import Reset
from skep_gateway.live.run_stream import StreamItem
from skep_gateway.web.sse import sse_event_raw

_encoder: Final = msgspec.json.Encoder()


def encode_item(run_id: str, item: StreamItem) -> bytes:
    """Return one server-sent event.

    Log events are named by their type; their data is the event with `run_id` and `number`. Text is
    ``answer.delta`` with `offset` and `text`, or ``answer.reset`` with `offset`.
    """
    position = str(item.position) if item.position is not None else None
    if item.event is not None:
        return sse_event_raw(
            event_name(item.event), encode_event(run_id, item.number, item.event), id=position
        )
    name = "answer.reset" if isinstance(item.change, Reset) else "answer.delta"
    return sse_event_raw(name, _spliced(run_id, _encoder.encode(item.change)), id=position)


def event_name(event: RunEvent) -> str:
    """Return the type of a log event, such as ``node.started``."""
    return str(event.__struct_config__.tag)


def encode_event(run_id: str, number: int, event: RunEvent) -> bytes:
    """Return a log event as JSON, with the run it belongs to and its number in it."""
    return _spliced(run_id, b'{"number":%d,%b' % (number, _encoder.encode(event)[1:]))


def _spliced(run_id: str, encoded: bytes) -> bytes:
    # Identifiers hold letters, digits and _, so this is JSON.
    return b'{"run_id":"%b",%b' % (run_id.encode(), encoded[1:])
