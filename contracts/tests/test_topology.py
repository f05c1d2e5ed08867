"""Storage follows from subjects, and every order has one consumer."""

import re

from skep_contracts import catalogue, subjects, topology
from skep_contracts.topology import BucketSpec, ConsumerSpec, StreamSpec

STREAMS = {stream.name: stream for stream in topology.STREAMS}
CONSUMERS = [spec for spec in vars(topology).values() if isinstance(spec, ConsumerSpec)]


def matches(pattern: str, subject: str) -> bool:
    """Tell whether a NATS pattern covers a subject or a narrower pattern."""
    expression = re.escape(pattern).replace(r"\*", r"[^.]+").replace(">", ".+")
    return re.fullmatch(expression, subject) is not None


def streams_of(subject: str) -> list[StreamSpec]:
    return [
        stream
        for stream in topology.STREAMS
        if any(matches(pattern, subject) for pattern in stream.subjects)
    ]


def test_every_durable_subject_has_one_stream() -> None:
    durable = [
        *(subjects.event("t", e.noun(), "i", e.past()) for e in catalogue.events().values()),
        *(
            subjects.command("t", order.owner, order.imperative)
            for order in catalogue.commands().values()
        ),
        subjects.journal("t", "run_1"),
        subjects.live("t", "run_1", "text"),
        subjects.dead("t", "ingest-documents"),
    ]

    assert {subject: len(streams_of(subject)) for subject in durable} == dict.fromkeys(durable, 1)


def test_calls_are_stored_nowhere() -> None:
    for call in catalogue.calls().values():
        assert streams_of(subjects.call("t", call.owner, call.imperative)) == []


def test_names_of_streams_and_consumers_are_unique_and_plain() -> None:
    assert len(STREAMS) == len(topology.STREAMS)
    assert len({spec.durable for spec in CONSUMERS}) == len(CONSUMERS)
    assert all(re.fullmatch(r"[A-Z_]+", name) for name in STREAMS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", spec.durable) for spec in CONSUMERS)
    assert all(spec.durable.split("-")[0] in topology.SERVICES for spec in CONSUMERS)


def test_consumers_read_from_the_stream_that_holds_their_subjects() -> None:
    for spec in CONSUMERS:
        example = spec.filter_subject.replace("*", "x").replace(">", "x")
        assert [stream.name for stream in streams_of(example)] == [spec.stream]


def test_every_command_has_exactly_one_consumer() -> None:
    for order in catalogue.commands().values():
        subject = subjects.command("t", order.owner, order.imperative)
        readers = [spec for spec in CONSUMERS if matches(spec.filter_subject, subject)]
        assert len(readers) == 1, order.__name__
        assert STREAMS[readers[0].stream].is_work_queue


def test_back_off_grows_and_fits_the_tries() -> None:
    for spec in CONSUMERS:
        assert list(spec.backoff_s) == sorted(spec.backoff_s)
        assert spec.max_deliver == -1 or spec.max_deliver > len(spec.backoff_s)


def test_buckets_have_names_of_their_own() -> None:
    buckets = [spec for spec in vars(topology).values() if isinstance(spec, BucketSpec)]

    assert len({spec.name for spec in buckets}) == len(buckets)
