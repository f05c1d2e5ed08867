"""Vectors that mean something, stay the same, and need no network."""

import asyncio
import math
import subprocess
import sys
from array import array
from pathlib import Path

import pytest

from skep_contracts.plugins.models import ChatRequest, EmbedRequest, RerankRequest
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_model_local import weights
from skep_model_local.embedding import DIMENSIONS, Embedder
from skep_model_local.provider import LocalProvider

PASSAGES = (
    "You can return boots within 30 days if they are unworn.",
    "The cat slept on the warm windowsill.",
    "Shipping to Canada takes five to eight business days.",
    "Our headquarters are in Zurich, Switzerland.",
    "To reset your password, click the link on the sign-in page.",
    "Water tomatoes in the morning, never the leaves.",
)
QUESTIONS = {
    "Can I send back shoes I wore twice?": 0,
    "kitten napping": 1,
    "How long is delivery to Toronto?": 2,
    "Where is the company located?": 3,
    "I forgot my login credentials": 4,
    "gardening advice for vegetables": 5,
}
"""None of them shares a word of meaning with its answer."""


def vectors(*texts: str) -> "list[array[float]]":
    return [array("f", vector) for vector in Embedder().embed(texts)[0]]


def dot(one: "array[float]", other: "array[float]") -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_questions_find_their_answers_by_meaning() -> None:
    passages = vectors(*PASSAGES)

    for question, answer in QUESTIONS.items():
        (asked,) = vectors(question)
        scores = [dot(asked, passage) for passage in passages]
        assert scores.index(max(scores)) == answer, question


def test_vectors_have_length_one_and_do_not_depend_on_company() -> None:
    together = vectors(*PASSAGES)

    assert [vector for (vector,) in map(vectors, PASSAGES)] == together
    for vector in together:
        assert len(vector) == DIMENSIONS
        assert dot(vector, vector) == pytest.approx(1, abs=1e-5)


def test_vectors_stay_the_same_between_versions() -> None:
    """An index outlives an upgrade of this package."""
    (vector,) = vectors("Bees dance to tell where flowers are.")

    assert list(vector[:4]) == pytest.approx([0.0392, 0.0775, -0.0701, -0.0007], abs=1e-3)


@pytest.mark.parametrize("text", ["", "\ud800", "half \ud83d of a pair", "\0", "日本語", "👩‍🚀"])
def test_strange_texts_get_a_vector(text: str) -> None:
    (vector,) = vectors(text)

    assert len(vector) == DIMENSIONS
    assert all(map(math.isfinite, vector))


def test_endless_text_is_read_up_to_a_limit() -> None:
    whole, tokens = Embedder().embed(["word " * 1_000_000])
    start, _ = Embedder().embed(["word " * 20_000])

    assert whole == start
    assert tokens <= 100_000


def test_calls_side_by_side_do_not_disturb_each_other() -> None:
    async def ask() -> list[bytes]:
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(
                    LocalProvider().embed(EmbedRequest(model="wordllama-256", texts=(text,)))
                )
                for text in PASSAGES * 4
            ]
        return [task.result().vectors[0] for task in running]

    made = asyncio.run(ask())

    assert made == [bytes(vector) for vector in vectors(*PASSAGES)] * 4


def test_the_code_that_downloads_is_never_imported() -> None:
    script = (
        "import sys\n"
        "from skep_model_local.embedding import Embedder\n"
        "Embedder().embed(['text'])\n"
        "print('wordllama' in sys.modules, 'huggingface_hub' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )

    assert done.stdout.split() == ["False", "False"]


def test_other_models_and_dimensions_are_refused() -> None:
    provider = LocalProvider()

    with pytest.raises(InvalidInput, match="256 dimensions"):
        asyncio.run(
            provider.embed(EmbedRequest(model="wordllama-256", texts=("x",), dimensions=64))
        )
    with pytest.raises(InvalidInput, match="does not run on this machine"):
        asyncio.run(provider.embed(EmbedRequest(model="other", texts=("x",))))
    with pytest.raises(InvalidInput):
        asyncio.run(provider.rerank(RerankRequest(model="other", query="x", passages=("y",))))
    with pytest.raises(InvalidInput):
        provider.chat(ChatRequest(model="other", messages=()))


@pytest.mark.parametrize("content", [None, b"", b"\xff" * 64, b"\x02\0\0\0\0\0\0\0{}"])
def test_missing_or_broken_files_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr(weights, "folder", lambda: tmp_path)
    monkeypatch.setattr("skep_model_local.provider._embedder", Embedder())
    if content is not None:
        (tmp_path / "weights").mkdir()
        (tmp_path / "weights/l2_supercat_256.safetensors").write_bytes(content)

    with pytest.raises(ProviderFailed, match="Install skep-model-local anew"):
        asyncio.run(LocalProvider().check())
