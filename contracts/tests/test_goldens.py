"""What was written once is read for ever: golden files decode, and nothing in them gets lost."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from skep_contracts import catalogue, run_log
from skep_contracts.envelope import Envelope
from skep_contracts.graph import WorkflowDocument
from skep_contracts.problems import Problem

GOLDEN = Path(__file__).parent.parent / "golden"
OTHERS: dict[str, Any] = {
    "envelope": Envelope,
    "problem": Problem,
    "workflow": WorkflowDocument,
    "log.batch": run_log.Batch,
    "log.live_text": run_log.LiveText,
}


def reader(folder: str) -> Any:
    """Return the type that reads the files of a folder."""
    if folder in OTHERS:
        return OTHERS[folder]
    if folder.startswith("log."):
        return run_log.RunEvent
    if folder.startswith("reply."):
        return catalogue.replies()[folder.removeprefix("reply.")]
    messages = {**catalogue.events(), **catalogue.commands(), **catalogue.calls()}
    return messages[folder]


def is_kept(old: object, new: object) -> bool:
    """Tell whether everything in `old` is in `new` as well; what was added since is not asked."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and is_kept(value, new[key]) for key, value in old.items()
        )
    if isinstance(old, list):
        return (
            isinstance(new, list)
            and len(old) <= len(new)
            and all(is_kept(*pair) for pair in zip(old, new, strict=False))
        )
    return old == new


FILES = sorted(path for path in GOLDEN.glob("*/*") if path.suffix in {".json", ".msgpack"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_golden_file_is_read_without_loss(path: Path) -> None:
    codec: Any = msgspec.json if path.suffix == ".json" else msgspec.msgpack
    content = path.read_bytes()

    decoded = codec.decode(content, type=reader(path.parent.name))

    # Fields at their defaults may be left out when they are written again.
    written = msgspec.json.decode(msgspec.json.encode(decoded))
    full = spelled_out(decoded)
    given = msgspec.json.decode(msgspec.json.encode(codec.decode(content)))
    assert is_kept(given, written) or is_kept(given, full)


def spelled_out(value: Any) -> Any:
    """Return plain data with defaults included."""
    if isinstance(value, msgspec.Struct):
        config = value.__struct_config__
        fields = {
            field.encode_name: spelled_out(getattr(value, field.name))
            for field in msgspec.structs.fields(value)
        }
        if config.array_like:
            return list(fields.values())
        return ({config.tag_field: config.tag} if config.tag_field else {}) | fields
    if isinstance(value, dict):
        return {key: spelled_out(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spelled_out(item) for item in value]
    return msgspec.json.decode(msgspec.json.encode(value))


def test_every_message_has_golden_files() -> None:
    expected = {*catalogue.events(), *catalogue.commands(), *catalogue.calls(), *OTHERS}
    expected |= {f"reply.{name}" for name in catalogue.replies()}
    expected |= {f"log.{event.__struct_config__.tag}" for event in get_args(run_log.RunEvent)}

    complete = {
        folder.name
        for folder in GOLDEN.iterdir()
        if (folder / "minimal.json").exists() and (folder / "full.json").exists()
    }

    assert expected - complete == set(), "run scripts/generate.py and commit what it writes"


def test_log_reads_the_same_from_both_encodings() -> None:
    for packed in GOLDEN.glob("log.*/*.msgpack"):
        kind = reader(packed.parent.name)

        one = msgspec.msgpack.decode(packed.read_bytes(), type=kind)
        other = msgspec.json.decode(packed.with_suffix(".json").read_bytes(), type=kind)

        assert one == other


def test_golden_batch_is_read_by_the_log_itself() -> None:
    for size in ("minimal", "full"):
        batch = run_log.decode_batch((GOLDEN / f"log.batch/{size}.msgpack").read_bytes())

        assert run_log.decode_batch(run_log.encode_batch(batch)) == batch


def test_golden_batches_show_every_event() -> None:
    batches = [
        run_log.decode_batch(path.read_bytes()) for path in GOLDEN.glob("log.batch/*.msgpack")
    ]

    shown = {type(event) for batch in batches for event in batch.events}
    assert shown >= set(get_args(run_log.RunEvent))
