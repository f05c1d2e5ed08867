"""What lies on disk while a document is indexed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_ingest.indexing.spool import RunningDigest, Spool
from skep_ingest.parsing.scratch import Scratch
from skep_ingest.shaping.parts import CutChunk

TEXTS = st.lists(st.text(max_size=20), max_size=30)


def drafts(texts: list[str]) -> list[CutChunk]:
    return [CutChunk(text=text, start=0, end=len(text)) for text in texts]


@given(texts=TEXTS, size=st.integers(1, 7), done=st.integers(0, 40))
def test_spool_gives_back_what_is_left_after_any_number(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], size: int, done: int
) -> None:
    kept = [draft for draft in drafts(texts) if draft.text.strip()]
    spool = Spool(tmp_path_factory.getbasetemp() / "chunks")

    spool.write(iter(drafts(texts)))
    digest = spool.digest_of(done)
    left = [chunk for batch in spool.batches(size, digest=digest) for chunk in batch]

    assert spool.count == len(kept)
    assert [chunk.draft for chunk in left] == kept[done:]
    assert [chunk.seq for chunk in left] == list(range(len(kept)))[done:]


@given(texts=TEXTS)
def test_digest_depends_on_every_boundary(texts: list[str]) -> None:
    apart, joined = RunningDigest(), RunningDigest()

    for draft in drafts([*texts, "a", "b"]):
        apart.add(draft)
    for draft in drafts([*texts, "ab"]):
        joined.add(draft)

    assert apart.hexdigest() != joined.hexdigest()


def test_folders_of_the_dead_are_removed_and_those_of_the_living_kept(tmp_path: Path) -> None:
    living = Scratch(str(tmp_path))
    with living.folder() as kept:
        dead = tmp_path / "worker-dead"
        (dead / "tmp1").mkdir(parents=True)
        (dead / ".lock").touch()

        with Scratch(str(tmp_path)).folder():
            assert kept.exists()
            assert not dead.exists()
    living.close()

    assert not kept.parent.exists()
