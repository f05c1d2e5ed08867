"""Envelopes carry payloads and survive the wire."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.commands.run import StartRun
from skep_contracts.envelope import Envelope, wrap
from skep_contracts.ids import AppId, RunId, VersionHash

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(inputs=st.dictionaries(st.text(max_size=5), values), query=st.none() | st.text())
def test_payload_comes_out_as_it_went_in(inputs: dict[str, Any], query: str | None) -> None:
    payload = StartRun(
        run_id=RunId("run_1"),
        app_id=AppId("app_1"),
        version=VersionHash("0" * 64),
        inputs=inputs,
        query=query,
    )

    wire = msgspec.json.encode(wrap(payload, tenant="t_1", source="gateway", correlation="run_1"))
    envelope = msgspec.json.decode(wire, type=Envelope)

    assert envelope.type == "run.start.v1"
    assert msgspec.json.decode(envelope.data, type=StartRun) == payload


def test_payload_describes_itself() -> None:
    payload = StartRun(
        run_id=RunId("run_1"), app_id=AppId("app_1"), version=VersionHash("v"), inputs={}
    )

    envelope = wrap(payload, tenant="t_1", source="gateway", message_id="run_1")

    assert msgspec.json.decode(envelope.data)["type"] == envelope.type
    assert envelope.id == "run_1"
    assert abs((datetime.now(UTC) - envelope.time).total_seconds()) < 10


def test_unknown_fields_are_ignored_at_both_levels() -> None:
    wire = (
        b'{"id":"1","type":"run.start.v1","tenant":"t","source":"s","time":"2026-01-01T00:00:00Z",'
        b'"new":1,"data":{"type":"run.start.v1","run_id":"r","app_id":"a","version":"v",'
        b'"inputs":{},"newer":{"x":1}}}'
    )

    envelope = msgspec.json.decode(wire, type=Envelope)

    assert msgspec.json.decode(envelope.data, type=StartRun).run_id == "r"


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id":1}',
        b'{"id":"1","type":"x","tenant":"t","source":"s","time":"2026-01-01T00:00:00","data":{}}',
        b'{"id":"1","type":"x","tenant":"t","source":"s","time":"yesterday","data":{}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_malformed_envelope_is_refused(wire: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, RecursionError)):
        msgspec.json.decode(wire, type=Envelope)


@given(wire=st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(wire: bytes) -> None:
    with suppress(msgspec.DecodeError):
        msgspec.json.decode(wire, type=Envelope)
