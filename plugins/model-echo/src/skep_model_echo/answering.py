"""What echo says: sentences of the passages that fit the question, or what it was told."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from skep_model_echo.passages import Passage, Told
from skep_model_echo.words import stems

NOTHING_FOUND: Final = "The passages do not say anything about that."
_NO_PASSAGES: Final = re.compile(
    r"\bno (?:passages|documents|context) (?:was|were) found", re.IGNORECASE
)
MAX_SENTENCES: Final = 3
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"')\]]*\s+|(?<=[\u3002\uff01\uff1f])")
_ABBREVIATED: Final = re.compile(
    r"\b(?:e\.g|i\.e|etc|approx|no|nr|mr|mrs|dr|st)\.\Z", re.IGNORECASE
)
_HEADING: Final = re.compile(r"^#{1,6}\s+")
_HEADING_WEIGHT: Final = 0.5
_KEEP: Final = 0.6
"""Sentences that fit less than this share of the best one are left out."""
_ENOUGH: Final = 0.15
"""Share of the question's weight that the best sentence must cover."""


class Sentence(NamedTuple):
    """A sentence of a passage, and the stems of the heading above it."""

    number: int
    position: int
    text: str
    stems: frozenset[str]
    heading: frozenset[str]


def answer(told: Told) -> str:
    """Return the answer to the question: quoted from the passages, or the question itself."""
    if told.passages:
        return quote(told.question, told.passages)
    return NOTHING_FOUND if _NO_PASSAGES.search(told.instructions) else told.question


def quote(question: str, passages: Sequence[Passage]) -> str:
    """Return the sentences that share most with the question, each with its passage's number."""
    sentences = [sentence for passage in passages for sentence in _sentences(passage)]
    asked = set(stems(question))
    weights = _weights(asked, sentences)
    total = sum(weights.values())
    scored = sorted(
        ((_score(sentence, weights), -sentence.position, sentence) for sentence in sentences),
        key=lambda item: (-item[0], -item[1]),
    )
    best = scored[0][0] if scored else 0.0
    if not total or best / total < _ENOUGH:
        return NOTHING_FOUND
    chosen: list[Sentence] = []
    for score, _, sentence in scored:
        is_new = all(sentence.stems != other.stems for other in chosen)
        if score >= best * _KEEP and is_new:
            chosen.append(sentence)
        if len(chosen) == MAX_SENTENCES:
            break
    order = list(dict.fromkeys(sentence.number for sentence in chosen))
    chosen.sort(key=lambda sentence: (order.index(sentence.number), sentence.position))
    return " ".join(_cited(sentence) for sentence in chosen)


def _cited(sentence: Sentence) -> str:
    """Put the number before the full stop, where people expect it."""
    text = sentence.text
    if text[-1] in ".!?":
        return f"{text[:-1].rstrip()} [{sentence.number}]{text[-1]}"
    return f"{text} [{sentence.number}]"


def _sentences(passage: Passage) -> list[Sentence]:
    found: list[Sentence] = []
    heading: frozenset[str] = frozenset()
    for block in _blocks(passage.text):
        if _is_heading(block):
            heading = frozenset(stems(block))
            continue
        for text in _split(block):
            own = frozenset(stems(text))
            if own:
                found.append(Sentence(passage.number, len(found), text, own, heading))
    return found


def _blocks(text: str) -> list[str]:
    """Join the lines of a paragraph; headings and list items stand alone."""
    blocks: list[str] = []
    is_open = False
    for line in text.splitlines():
        stripped = line.strip()
        starts = not stripped or _HEADING.match(stripped) or stripped[:2] in {"- ", "* ", "| "}
        if starts or not is_open:
            blocks.append(stripped)
        else:
            blocks[-1] += f" {stripped}"
        is_open = bool(stripped) and not _HEADING.match(stripped)
    return [block for block in blocks if block]


def _is_heading(block: str) -> bool:
    if _HEADING.match(block):
        return True
    is_short = len(block) <= 80 and block[-1].isalnum()
    return is_short and (block.isupper() or len(block.split()) <= 4)


def _split(block: str) -> list[str]:
    sentences: list[str] = []
    for piece in _SENTENCE_END.split(block):
        if sentences and _ABBREVIATED.search(sentences[-1]):
            sentences[-1] += f" {piece}"
        else:
            sentences.append(piece)
    return [sentence.strip() for sentence in sentences if sentence.strip()]


def _weights(asked: set[str], sentences: Sequence[Sentence]) -> dict[str, float]:
    """Weigh the words of the question: the rarer among the sentences, the heavier."""
    seen = Counter(word for sentence in sentences for word in sentence.stems | sentence.heading)
    return {word: math.log(1 + len(sentences) / (1 + seen[word])) for word in sorted(asked)}


def _score(sentence: Sentence, weights: dict[str, float]) -> float:
    own = sum(weight for word, weight in weights.items() if word in sentence.stems)
    above = sum(
        weight
        for word, weight in weights.items()
        if word in sentence.heading and word not in sentence.stems
    )
    return own + _HEADING_WEIGHT * above
