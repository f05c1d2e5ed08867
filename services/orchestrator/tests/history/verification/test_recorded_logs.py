"""Logs that were recorded of real runs keep every rule."""

from pathlib import Path

import msgspec
import pytest

from services.orchestrator.tests.engine.test_replay import JOURNALS
from skep_contracts.graph import decode_document
from skep_contracts.run_log import decode_batch
from skep_orchestrator.history.verification import verify


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.stem)
def test_recorded_log_is_clean(path: Path) -> None:
    document, batches = msgspec.msgpack.decode(path.read_bytes(), type=tuple[bytes, list[bytes]])

    assert verify([decode_batch(batch) for batch in batches], decode_document(document)) == []
