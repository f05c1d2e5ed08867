"""Phrases that try to take a model over. A net with large holes: it stops what is copied around."""

from collections.abc import Sequence
from typing import Final

import re2

from skep_contracts.plugins.guardrails import Finding

_OLD: Final = r"(?:previous|prior|above|earlier|preceding|former|all|any|your|the)"
_ORDERS: Final = (
    r"(?:instructions?|prompts?|rules?|directions?|guidelines?|commands?|orders?|messages?)"
)
_WORDS: Final = r"(?:\w+\s+){0,3}?"
_IGNORE: Final = r"(?:ignore|disregard|forget|override|bypass)\s+"
_SHOW: Final = r"(?:reveal|show|print|repeat|output|tell me|what (?:is|are))\s+"
_INSIDE: Final = r"(?:system|hidden|initial|secret|original)\s+(?:prompt|instructions?|message)"
_FREE: Final = r"(?:dan|jailbroken|unrestricted|unfiltered|bound by)"
_WITHOUT: Final = r"(?:no|without)\s+(?:rules|restrictions|limits|filters)"
_PATTERNS: Final = (
    f"{_IGNORE}{_WORDS}{_OLD}\\s+{_WORDS}{_ORDERS}",
    f"{_SHOW}{_WORDS}{_INSIDE}",
    f"you are (?:now|no longer)\\s+{_WORDS}{_FREE}",
    r"(?:enable|enter|activate)\s+(?:developer|debug|god|jailbreak|dan)\s+mode",
    f"pretend (?:that )?you (?:have|are)\\s+{_WORDS}{_WITHOUT}",
    r"(?:</?|\[/?|<\|)(?:system|im_start|im_end|inst|assistant)(?:\|>|>|\])",
    f"(?:ignoriere|vergiss|missachte)\\s+{_WORDS}(?:anweisungen|regeln|befehle)",
    f"(?:ignore|oublie[zr]?)\\s+{_WORDS}(?:instructions|consignes|règles)",
    f"(?:ignora|olvida)\\s+{_WORDS}(?:instrucciones|reglas)",
    r"(?:忽略|无视|忘记)[^。\n]{0,12}(?:指令|指示|提示|规则|要求)",
    r"(?:以前|これまで|上記)の(?:指示|命令|ルール)を(?:無視|忘れ)",
)


class Injection:
    """Finds attempts that are written in the usual words."""

    def __init__(self) -> None:
        self._pattern = re2.compile("(?i)(?:" + "|".join(_PATTERNS) + ")")

    async def find(self, text: str) -> Sequence[Finding]:
        """Return where they are."""
        clean = text.encode("utf-8", "replace").decode()
        return [
            Finding(start=match.start(), end=match.end(), kind="prompt injection")
            for match in self._pattern.finditer(clean)
        ]
