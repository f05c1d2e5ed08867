"""The framing of event streams: split anywhere, damaged anywhere."""

import random
import struct
import zlib

import pytest

from skep_model_bedrock.aws.frames import MAX_FRAME_BYTES, CorruptFrameError, Frame, FrameParser
from skep_testing.conformance.model_kit.event_stream import event, frame

# Three frames that AWS publishes with its own parser: without anything, with a payload, and with
# a header too.
PUBLISHED = {
    "000000100000000005c248eb7d98c8ff": Frame({}, b""),
    "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936": Frame({}, b"{'foo':'bar'}"),
    "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e"
    "7b27666f6f273a27626172277d8d9c08b1": Frame(
        {"content-type": "application/json"}, b"{'foo':'bar'}"
    ),
}
STREAM = event("messageStart", role="assistant") + event(
    "contentBlockDelta", contentBlockIndex=0, delta={"text": "Grüße"}
)


@pytest.mark.parametrize("coded", PUBLISHED)
def test_published_frame_is_read(coded: str) -> None:
    parser = FrameParser()

    assert parser.feed(bytes.fromhex(coded)) == [PUBLISHED[coded]]
    assert not parser.has_rest


@pytest.mark.parametrize("size", [1, 2, 3, 7, 11, 12, 13, 64, 1_000])
def test_frames_are_the_same_wherever_bytes_are_split(size: int) -> None:
    parser = FrameParser()
    whole = FrameParser().feed(STREAM)

    found = [
        each for at in range(0, len(STREAM), size) for each in parser.feed(STREAM[at : at + size])
    ]

    assert found == whole
    assert [each.headers[":event-type"] for each in found] == ["messageStart", "contentBlockDelta"]


def test_frame_that_has_not_ended_is_waited_for() -> None:
    parser = FrameParser()

    assert len(parser.feed(STREAM[:-1])) == 1
    assert parser.has_rest


def test_damage_to_any_byte_is_noticed() -> None:
    coded = event("messageStop", stopReason="end_turn")
    for at in range(len(coded)):
        damaged = coded[:at] + bytes([coded[at] ^ 0x20]) + coded[at + 1 :]
        with pytest.raises(CorruptFrameError):
            FrameParser().feed(damaged)


def test_garbage_is_noticed() -> None:
    chance = random.Random(5)
    for size in (12, 16, 100, 5_000):
        with pytest.raises(CorruptFrameError):
            FrameParser().feed(chance.randbytes(size))


@pytest.mark.parametrize("size", [0, 15, 16, MAX_FRAME_BYTES + 1, 2**32 - 1])
def test_length_that_no_frame_has_is_noticed(size: int) -> None:
    header_size = 100 if size == 16 else 0  # headers longer than the frame
    prelude = struct.pack(">II", size, header_size)
    parser = FrameParser()

    with pytest.raises(CorruptFrameError):
        parser.feed(prelude + struct.pack(">I", zlib.crc32(prelude)))


def _with_headers(coded: bytes) -> bytes:
    prelude = struct.pack(">II", 16 + len(coded), len(coded))
    begun = prelude + struct.pack(">I", zlib.crc32(prelude)) + coded
    return begun + struct.pack(">I", zlib.crc32(begun))


def test_headers_of_every_type_are_passed_by() -> None:
    values = [
        b"\x00",
        b"\x01",
        b"\x02\x7f",
        b"\x03\x00\x01",
        b"\x04" + bytes(4),
        b"\x05" + bytes(8),
        b"\x06\x00\x03abc",
        b"\x08" + bytes(8),
        b"\x09" + bytes(16),
        b"\x07\x00\x02ok",
    ]
    coded = b"".join(b"\x02h%d" % at + value for at, value in enumerate(values))

    (found,) = FrameParser().feed(_with_headers(coded))

    assert found.headers == {"h9": "ok"}


@pytest.mark.parametrize(
    "coded",
    [
        b"\x05ab",  # a name longer than the headers
        b"\x01a",  # no type
        b"\x01a\x07\x00",  # half a length
        b"\x01a\x07\x00\x09abc",  # a value longer than the headers
        b"\x01a\x0a",  # a type that there is not
        b"\x01a\x05\x00",  # half a number
        b"\x01\xff\x07\x00\x01a",  # a name that is no text
    ],
)
def test_headers_that_make_no_sense_are_noticed(coded: bytes) -> None:
    with pytest.raises(CorruptFrameError):
        FrameParser().feed(_with_headers(coded))


def test_writer_of_these_tests_writes_what_is_published() -> None:
    for coded, found in PUBLISHED.items():
        assert frame(found.headers, found.payload).hex() == coded
