"""Vectors by signed feature hashing, without training: texts with the same words are near.

Weinberger et al., Feature Hashing for Large Scale Multitask Learning, ICML 2009. Features are
words, pairs of neighbouring words, and the trigrams of each word, so that forms of a word meet too.
"""

import functools
import itertools
import math
import sys
import zlib
from array import array
from collections import Counter
from typing import Final

from skep_model_echo.words import STOPWORDS, stem, words

DIMENSIONS: Final = 256
_LONGEST: Final = 64
_WORD: Final = 1.0
_PAIR: Final = 0.1
_TRIGRAM: Final = 0.1
_STOPWORD: Final = 0.1
"""Weights: with so few dimensions, heavier pairs and trigrams drown the words in collisions."""
_MIX: Final = 0x9E3779B1  # spreads the bits of a CRC, which is linear


def embed(text: str) -> bytes:
    """Return the text's unit vector as little-endian float32; a text without words has one too."""
    values = [0.0] * DIMENSIONS
    said = words(text)
    for word, count in Counter(said).items():
        strength = math.sqrt(count)
        for index, value in _word(word):
            values[index] += strength * value
    roots = [stem(word) for word in said if word not in STOPWORDS]
    for pair, count in Counter(itertools.pairwise(roots)).items():
        index, value = _hashed(f"p {pair[0]} {pair[1]}", _PAIR * math.sqrt(count))
        values[index] += value
    length = math.sqrt(sum(value * value for value in values))
    if length == 0.0:
        values[0] = length = 1.0
    vector = array("f", [value / length for value in values])
    if sys.byteorder == "big":
        vector.byteswap()
    return vector.tobytes()


@functools.lru_cache(maxsize=16_384)
def _word(word: str) -> tuple[tuple[int, float], ...]:
    """Return where a word and its trigrams go, and with what sign and weight."""
    if word in STOPWORDS:
        return (_hashed(f"w {word}", _STOPWORD),)
    padded = f"^{word[:_LONGEST]}$"
    share = _TRIGRAM / math.sqrt(len(padded) - 2)
    trigrams = (_hashed(f"t {padded[at : at + 3]}", share) for at in range(len(padded) - 2))
    return (_hashed(f"w {stem(word)}", _WORD), *trigrams)


def _hashed(feature: str, weight: float) -> tuple[int, float]:
    code = zlib.crc32(feature.encode("utf-8", "surrogatepass")) * _MIX & 0xFFFFFFFF
    return (code >> 8) % DIMENSIONS, weight if code & 0x80 else -weight


def overlap(query: str, passage: str) -> float:
    """Return how much of the query's words the passage has, in [0, 1]; neighbours count extra."""
    asked = [stem(word) for word in words(query) if word not in STOPWORDS] or words(query)
    if not asked:
        return 0.0
    said = [stem(word) for word in words(passage)]
    share = len(set(asked) & set(said)) / len(set(asked))
    pairs = set(itertools.pairwise(asked))
    near = len(pairs & set(itertools.pairwise(said))) / len(pairs) if pairs else share
    return 0.85 * share + 0.15 * near
