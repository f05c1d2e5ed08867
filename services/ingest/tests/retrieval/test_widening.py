"""Hits with their neighbours: no overlap, true offsets, ranks kept, as many as asked for."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.tests.retrieval.test_metamorphic import filled, ids, text_of
from services.ingest.tests.stage import Stage
from skep_contracts.calls.chunk import FoundChunk
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.problems import InvalidInput
from skep_ingest.retrieval.widening import Span, spans

TEXT = text_of(7, sentences=60)


def hit(seq: int, document: str = "doc") -> FoundChunk:
    return FoundChunk(
        id=f"{document}.1.{seq}",
        dataset_id="d",
        dataset_name="d",
        document_id=document,
        document_name="x",
        seq=seq,
        text="",
        score=1.0,
    )


def ranges(found: Sequence[Span]) -> list[tuple[int, int]]:
    return [(span.first, span.last) for span in found]


def test_hits_side_by_side_become_one_and_keep_the_better_rank() -> None:
    found = spans([hit(5), hit(20), hit(8), hit(6)], around=1, most=5)

    assert ranges(found) == [(4, 9), (19, 21)]
    assert [span.hit.seq for span in found] == [5, 20]


def test_passages_never_meet_where_a_hit_lies_between() -> None:
    found = spans([hit(1), hit(5), hit(3)], around=1, most=5)

    assert ranges(found) == [(0, 3), (4, 6)]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from("ab")), unique=True, max_size=30),
    st.integers(1, 4),
)
def test_passages_hold_every_hit_once_and_those_of_k_begin_those_of_more(
    places: list[tuple[int, str]], around: int
) -> None:
    hits = [hit(seq, document) for seq, document in places]
    whole = spans(hits, around=around, most=1000)

    for one in hits:
        assert (
            sum(
                s.hit.document_id == one.document_id and s.first <= one.seq <= s.last for s in whole
            )
            == 1
        )
    for document in "ab":
        own = sorted((s.first, s.last) for s in whole if s.hit.document_id == document)
        assert all(one[1] < other[0] for one, other in pairwise(own))
    for most in range(1, len(whole)):
        some = spans(hits, around=around, most=most)
        assert [s.hit.id for s in some] == [s.hit.id for s in whole][:most]


@pytest.mark.parametrize("overlap", [0, 40])
async def test_text_and_offsets_are_those_of_the_document(stage: Stage, overlap: int) -> None:
    dataset = await stage.dataset(chunk_spec=ChunkSpec(max_chars=120, overlap_chars=overlap))
    await stage.indexed(dataset.id, "long.txt", TEXT)

    found = await stage.search("frost on the river stone", dataset.id, top_k=3, expand=2)

    assert len(found) == 3
    for passage in found:
        assert passage.first_seq is not None
        assert passage.last_seq is not None
        assert passage.first_seq <= passage.seq <= passage.last_seq
        assert passage.start is not None
        assert " ".join(TEXT[passage.start : passage.end].split()) == " ".join(passage.text.split())
    covered = sorted((p.first_seq or 0, p.last_seq or 0) for p in found)
    assert all(one[1] < other[0] for one, other in pairwise(covered))


async def test_as_many_passages_come_as_are_asked_for(stage: Stage) -> None:
    dataset = await filled(stage)
    lists = [
        ids(await stage.search("heather moss", dataset, top_k=k, expand=1)) for k in range(1, 9)
    ]

    assert [len(each) for each in lists] == list(range(1, 9))
    assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(lists))


async def test_too_wide_passages_are_refused(stage: Stage) -> None:
    dataset = await stage.dataset()

    with pytest.raises(InvalidInput, match="chunks"):
        await stage.search("honey", dataset.id, top_k=500, expand=10)
