"""From a text to its vector: the mean of its tokens' vectors, of length one."""

import threading
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from skep_model_local import weights

DIMENSIONS: Final = 256
_MOST_CHARS: Final = 100_000
"""Of a text; a mean over more says nothing more, and one text must not take a second."""


class Embedder:
    """The model in memory, read when it is first needed. Safe to use from several threads."""

    def __init__(self) -> None:
        """Prepare; nothing is read yet."""
        self._lock = threading.Lock()
        self._tokenizer: Tokenizer | None = None
        self._vectors: npt.NDArray[np.float16] | None = None

    def embed(self, texts: Sequence[str]) -> tuple[list[bytes], int]:
        """Return each text's vector as float32 bytes, little-endian, and the count of all tokens.

        A text without any token gets the vector 0.

        Raises:
            MissingWeightsError: The model's files are not there.
        """
        tokenizer, vectors = self._loaded()
        sound = [_sound(text) for text in texts]
        encoded = tokenizer.encode_batch_fast(sound, add_special_tokens=False)
        ids = [each.ids for each in encoded]
        return [_mean(vectors, each) for each in ids], sum(map(len, ids))

    def _loaded(self) -> tuple[Tokenizer, npt.NDArray[np.float16]]:
        with self._lock:
            if self._tokenizer is None or self._vectors is None:
                vectors = weights.vectors_of_tokens()
                tokenizer = Tokenizer.from_file(str(weights.vocabulary_file()))
                tokenizer.no_padding()
                tokenizer.no_truncation()
                self._tokenizer, self._vectors = tokenizer, vectors
            return self._tokenizer, self._vectors


def _sound(text: str) -> str:
    """Return the text without half characters, which the tokenizer refuses."""
    return text[:_MOST_CHARS].encode("utf-8", "replace").decode()


def _mean(vectors: npt.NDArray[np.float16], ids: Sequence[int]) -> bytes:
    if not ids:
        return bytes(DIMENSIONS * 4)
    mean = vectors[np.asarray(ids)].mean(axis=0, dtype=np.float32)
    length = float(np.linalg.norm(mean))
    unit = mean / length if length > 0 else mean
    return bytes(unit.astype("<f4").data)
