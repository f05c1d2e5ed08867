"""Words of a text, reduced so that forms of one word meet."""

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"\w+")
_DOUBLE: Final = re.compile(r"([bdgklmnprt])\1\Z")
_ENDINGS: Final = ("ing", "ed", "es", "s", "e")
SHORTEST_STEM: Final = 3

_STOPWORDS: Final = """
a about above after again all also am an and any are as at be because been before being below
between both but by can could did do does doing down during each few for from further had has
have having he her here hers him his how i if in into is it its itself just like long many may
me might more most much must my no nor not now of off on once only or other our out over own
please same shall she should so some such tell than that the their them then there these they
this those through to too under until up us very want was we were what when where which while
who whom why will with would you your
"""
STOPWORDS: Final = frozenset(_STOPWORDS.split())


def words(text: str) -> list[str]:
    """Return the words in order, without regard to case."""
    return _WORD.findall(text.casefold())


def stem(word: str) -> str:
    """Return a word without its ending, roughly: ``returned``, ``returns`` and ``return`` meet."""
    if word.endswith("ies") and len(word) > SHORTEST_STEM + 2:
        return f"{word[:-3]}y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return _DOUBLE.sub(r"\1", word[: -len(ending)])
    return word


def stems(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    return [stem(word) for word in words(text) if word not in STOPWORDS]


def count_words(texts: Iterable[str]) -> int:
    """Return how many words there are; this is what echo calls tokens."""
    return sum(len(text.split()) for text in texts)
