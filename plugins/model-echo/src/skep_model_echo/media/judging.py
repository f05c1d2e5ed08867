"""Finds words of a short list."""

from typing import Final

from skep_contracts.plugins.modalities.moderation import Verdict
from skep_model_echo.words import stem, words

WORDS: Final = {
    "harassment": "idiot stupid moron loser pathetic worthless scum",
    "hate": "vermin subhuman bigot racist nazi",
    "illicit": "bomb explosive cocaine heroin counterfeit ransomware malware",
    "self-harm": "suicide suicidal",
    "sexual": "porn pornography nude naked erotic",
    "violence": "kill murder stab strangle torture massacre slaughter shoot",
}
_LISTS: Final = {
    category: frozenset(stem(word) for word in listed.split()) for category, listed in WORDS.items()
}


def judge(text: str) -> Verdict:
    """Flag a text that has a word of the list, in whatever form or sense."""
    said = {stem(word) for word in words(text)}
    categories = {category: bool(said & listed) for category, listed in _LISTS.items()}
    return Verdict(
        flagged=any(categories.values()),
        categories=categories,
        scores={category: float(found) for category, found in categories.items()},
    )
