"""Hashed vectors: the same everywhere and always, near when texts share words."""

import hashlib
import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.plugins.models import EmbedRequest, RerankRequest
from skep_contracts.problems import InvalidInput
from skep_model_echo.hashing import DIMENSIONS, embed, overlap
from skep_model_echo.provider import EchoProvider


def near(a: str, b: str) -> float:
    return sum(x * y for x, y in zip(array("f", embed(a)), array("f", embed(b)), strict=True))


@given(st.text())
def test_every_text_has_a_unit_vector(text: str) -> None:
    vector = array("f", embed(text))

    assert len(vector) == DIMENSIONS
    assert math.isclose(sum(value * value for value in vector), 1, rel_tol=1e-4)


def test_vectors_never_change() -> None:
    # Indexes that were built with an earlier version must go on working.
    digest = hashlib.sha256(embed("Grüße from the harbour store, returned boots!")).hexdigest()

    assert digest == "c51ab1760839826a01435165329a3873068f88bf17ec24785775461e15d7ff2f"


def test_texts_about_the_same_are_nearer() -> None:
    question = "Can I return used boots?"

    assert near(question, "Used boots cannot be returned.") > 0.5
    assert near(question, "Used boots cannot be returned.") > 3 * near(
        question, "The store opens at ten in the morning."
    )
    assert near("CATS sleep", "cat sleeping") > 0.6


def test_query_words_in_a_passage_are_counted() -> None:
    assert overlap("red fox", "the red foxes") > overlap("red fox", "fox and red") > 0.8
    assert overlap("red fox", "red car") > overlap("red fox", "blue car") == 0
    assert overlap("", "x") == 0.0
    assert 0 < overlap("the", "the end") <= 1


async def test_wrong_dimensions_and_models_are_refused() -> None:
    provider = EchoProvider()
    with pytest.raises(InvalidInput):
        await provider.embed(EmbedRequest(model="hash-256", texts=("a",), dimensions=64))
    with pytest.raises(InvalidInput):
        await provider.embed(EmbedRequest(model="hash-512", texts=("a",)))
    with pytest.raises(InvalidInput):
        await provider.rerank(RerankRequest(model="echo", query="a", passages=("b",)))
