"""What a site allows programs to read: robots.txt after RFC 9309."""

from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

AGENT: Final = "skep"
MAX_BYTES: Final = 512 * 1024
_MAX_RULES: Final = 2_000
_MAX_DELAY_S: Final = 10.0


class Robots(msgspec.Struct, frozen=True, kw_only=True):
    """Rules as (allowed, pattern), and how long to wait between two requests."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay_s: float = 0.0

    def allows(self, address: str) -> bool:
        """Tell whether a page may be read: the longest pattern decides, and a tie allows."""
        parts = urlsplit(address)
        path = unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        found = [(len(pattern), rule) for rule, pattern in self.rules if _matches(pattern, path)]
        return max(found)[1] if found else True


NOTHING: Final = Robots(rules=((False, "/"),))
"""Of a site whose rules cannot be had: RFC 9309 takes all as forbidden then."""


def read_robots(content: bytes) -> Robots:
    """Return the rules for us: those of our own group, or else those for everybody."""
    groups: dict[str, list[tuple[bool, str]]] = {}
    delays: dict[str, float] = {}
    agents: list[str] = []
    is_open = False
    for line in content[:MAX_BYTES].decode("utf-8", "replace").splitlines():
        field, found, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if not found:
            continue
        if field == "user-agent":
            agents = [*agents, value.lower()] if is_open else [value.lower()]
            is_open = True
            continue
        is_open = False
        for agent in agents:
            if field in {"allow", "disallow"} and value:
                groups.setdefault(agent, []).append((field == "allow", unquote(value)))
            elif field in {"disallow", "allow"}:
                groups.setdefault(agent, [])
            elif field == "crawl-delay":
                delays[agent] = _delay(value)
    agent = AGENT if AGENT in groups else "*"
    rules = groups.get(agent, [])[:_MAX_RULES]
    return Robots(rules=tuple(rules), delay_s=delays.get(agent, 0.0))


def _delay(value: str) -> float:
    try:
        return min(max(float(value), 0.0), _MAX_DELAY_S)
    except ValueError:
        return 0.0


def _matches(pattern: str, path: str) -> bool:
    """Match ``*`` and ``$`` at the end. Each part is searched once, so it takes no long time."""
    is_whole = pattern.endswith("$")
    first, *rest = (pattern[:-1] if is_whole else pattern).split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, part in enumerate(rest):
        if is_whole and number == len(rest) - 1:
            return len(path) - len(part) >= at and path.endswith(part)
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return not is_whole or at == len(path)
