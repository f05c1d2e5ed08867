"""Brings the server's streams and buckets to what the contracts list."""

from typing import Any, Final

from skep_contracts import topology
from skep_contracts.envelope import MAX_MESSAGE_BYTES
from skep_contracts.topology import BucketSpec, ConsumerSpec, StreamSpec
from skep_runtime.bus.wire.jetstream import JetStream, JetStreamError

_SECOND_NS: Final = 1_000_000_000
_ALLOWANCE: Final = 64 * 1024
# Headers, and what a dead letter adds to the message it holds.
_NAME_IN_USE: Final = 10058
_NO_CONSUMER: Final = 10014
_DUPLICATE_WINDOW_S: Final = 120.0


def nanoseconds(seconds: float) -> int:
    """Return the unit that JetStream counts time in."""
    return int(seconds * _SECOND_NS)


def stream_config(spec: StreamSpec, *, replicas: int) -> dict[str, Any]:
    """Return a stream's configuration as the server wants it."""
    return {
        "name": spec.name,
        "subjects": list(spec.subjects),
        "retention": "workqueue" if spec.is_work_queue else "limits",
        "storage": "memory" if spec.in_memory else "file",
        "discard": "old",
        "max_age": nanoseconds(spec.max_age_s),
        "max_bytes": spec.max_bytes or -1,
        "max_msgs": -1,
        "max_msgs_per_subject": spec.max_messages_per_subject or -1,
        "max_msg_size": MAX_MESSAGE_BYTES + _ALLOWANCE,
        "duplicate_window": nanoseconds(spec.duplicate_window_s),
        "allow_rollup_hdrs": spec.allow_rollup,
        "allow_direct": True,
        "num_replicas": replicas,
    }


def bucket_config(spec: BucketSpec, *, replicas: int) -> dict[str, Any]:
    """Return the stream under a key-value bucket (ADR-8)."""
    window_s = min(_DUPLICATE_WINDOW_S, spec.ttl_s or _DUPLICATE_WINDOW_S)
    return {
        "name": f"KV_{spec.name}",
        "subjects": [f"$KV.{spec.name}.>"],
        "storage": "file",
        "discard": "old" if spec.max_bytes else "new",
        "max_msgs_per_subject": spec.history,
        "max_age": nanoseconds(spec.ttl_s),
        "max_bytes": spec.max_bytes or -1,
        "max_msg_size": spec.max_value_bytes + _ALLOWANCE if spec.max_value_bytes else -1,
        "duplicate_window": nanoseconds(window_s),
        "allow_rollup_hdrs": True,
        "deny_delete": True,
        "allow_direct": True,
        "num_replicas": replicas,
    }


def object_store_config(spec: BucketSpec, *, replicas: int) -> dict[str, Any]:
    """Return the stream under an object store (ADR-20)."""
    return {
        "name": f"OBJ_{spec.name}",
        "subjects": [f"$O.{spec.name}.C.>", f"$O.{spec.name}.M.>"],
        "storage": "file",
        "discard": "new",
        "max_age": nanoseconds(spec.ttl_s),
        "max_bytes": -1,
        "duplicate_window": nanoseconds(_DUPLICATE_WINDOW_S),
        "allow_rollup_hdrs": True,
        "allow_direct": True,
        "num_replicas": replicas,
    }


def consumer_config(spec: ConsumerSpec) -> dict[str, Any]:
    """Return a durable's configuration. The server never gives a message up: `Consumer` does."""
    return {
        "durable_name": spec.durable,
        "name": spec.durable,
        "filter_subject": spec.filter_subject,
        "deliver_policy": "new" if spec.starts_now else "all",
        "ack_policy": "explicit",
        "ack_wait": nanoseconds(spec.ack_wait_s),
        "max_ack_pending": spec.max_ack_pending,
        "max_deliver": -1,
        "inactive_threshold": nanoseconds(spec.forgotten_after_s),
    }


async def ensure(jetstream: JetStream, *, replicas: int, in_memory_only: bool = False) -> None:
    """Create what is missing, update what differs; several processes may do so at once."""
    configs = [stream_config(spec, replicas=replicas) for spec in topology.STREAMS]
    configs += [bucket_config(spec, replicas=replicas) for spec in topology.BUCKETS]
    configs.append(object_store_config(topology.BLOBS, replicas=replicas))
    for config in configs:
        if config["storage"] == "memory" or not in_memory_only:
            await ensure_stream(jetstream, config)


async def ensure_stream(jetstream: JetStream, config: dict[str, Any]) -> None:
    """Create one stream, or update it when it exists with another configuration."""
    try:
        await jetstream.ask(f"STREAM.CREATE.{config['name']}", config)
    except JetStreamError as error:
        if error.number != _NAME_IN_USE:
            raise
        await jetstream.ask(f"STREAM.UPDATE.{config['name']}", config)


async def prepare_consumer(jetstream: JetStream, spec: ConsumerSpec) -> str:
    """Create a durable consumer, or update it; return its name."""
    request = {"stream_name": spec.stream, "config": consumer_config(spec)}
    await jetstream.ask(f"CONSUMER.CREATE.{spec.stream}.{spec.durable}", request)
    return spec.durable


async def drop_consumer(jetstream: JetStream, spec: ConsumerSpec) -> None:
    """Delete a durable consumer; no error when there is none."""
    try:
        await jetstream.ask(f"CONSUMER.DELETE.{spec.stream}.{spec.durable}")
    except JetStreamError as error:
        if error.number != _NO_CONSUMER:
            raise
