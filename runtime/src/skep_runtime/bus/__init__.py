"""The bus: events, commands, calls, the run log, buckets and blobs over one NATS connection."""

from skep_runtime.bus.blobs import Blobs
from skep_runtime.bus.calls import MAX_CALL_BYTES, Incoming
from skep_runtime.bus.client import Bus, CoreMessage, Published
from skep_runtime.bus.consuming import DeadLetter, Delivery, HandBack, MalformedMessage
from skep_runtime.bus.journal import Journal, JournalMessage
from skep_runtime.bus.keyvalue import Deleted, Entry, KeyValue, Ready
from skep_runtime.bus.wire.jetstream import Fenced
from skep_runtime.bus.wire.link import BusSettings
from skep_runtime.bus.wire.pulling import StreamMessage

__all__ = [
    "MAX_CALL_BYTES",
    "Blobs",
    "Bus",
    "BusSettings",
    "CoreMessage",
    "DeadLetter",
    "Deleted",
    "Delivery",
    "Entry",
    "Fenced",
    "HandBack",
    "Incoming",
    "Journal",
    "JournalMessage",
    "KeyValue",
    "MalformedMessage",
    "Published",
    "Ready",
    "StreamMessage",
]
