"""Secrets of an app: tokens stand for them wherever something is written down or shown.

`{{env.NAME}}` of a secret is a token, in values, in the log and in what people see. Only what
leaves through an effect's own context carries the secret itself, and whatever comes back with it is
given the token again. A token in what comes from outside (inputs, answers, what an effect read) is
made harmless, so that nobody gets a secret by writing its token into a field.

What is found is the text itself: a secret that somebody encodes, or cuts in pieces, is not.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

import msgspec

from skep_contracts.problems import InvalidInput
from skep_contracts.run_log import LogEvent

E = TypeVar("E", bound=LogEvent)
_TOKEN: Final = re.compile(r"\[secret:([A-Za-z_][A-Za-z0-9_]{0,63}):[0-9a-f]{16}\]")
FEWEST_CHARACTERS: Final = 6
"""Shorter values cannot be told from other text, so they are not looked for."""


def token_of(name: str, signature: str) -> str:
    """Return what stands for a secret; `signature` is of tenant, app and name."""
    digest = hashlib.sha256(signature.encode()).hexdigest()[:16]
    return f"[secret:{name}:{digest}]"


def defused(value: Any) -> Any:
    """Return a value from outside in which no token means anything."""
    return _mapped(value, _defused_text)


def _defused_text(text: str) -> str:
    return _TOKEN.sub(r"[secret \1]", text) if "[secret:" in text else text


class Secrets:
    """The secrets of one app, for one run."""

    __slots__ = ("_concealing", "_longest", "_shown", "_values")

    def __init__(self, tokens: Mapping[str, str], values: Mapping[str, str]) -> None:
        """Take tokens by name, and the values of those that have one."""
        self._shown = {token: name for name, token in tokens.items()}
        self._values = {tokens[name]: value for name, value in values.items() if name in tokens}
        found = sorted(
            ((value, token) for token, value in self._values.items() if _is_findable(value)),
            key=lambda pair: -len(pair[0]),
        )
        written = {form: token for value, token in found for form in _forms(value)}
        self._longest = max(map(len, written), default=0)
        self._concealing = (
            (re.compile("|".join(map(re.escape, sorted(written, key=len, reverse=True)))), written)
            if written
            else None
        )

    @property
    def tokens(self) -> dict[str, str]:
        """What stands for each secret, by its name."""
        return {name: token for token, name in self._shown.items()}

    @property
    def has_any(self) -> bool:
        """Whether the app has secrets at all."""
        return bool(self._shown)

    def revealed(self, value: Any) -> Any:
        """Return a value with secrets in place of their tokens.

        Raises:
            InvalidInput: A secret was never given a value.
        """
        return _mapped(value, self._revealed_text) if self._shown else value

    def _revealed_text(self, text: str) -> str:
        return _TOKEN.sub(self._reveal, text) if "[secret:" in text else text

    def _reveal(self, match: re.Match[str]) -> str:
        token = match.group()
        if token not in self._shown:
            return token
        value = self._values.get(token)
        if value is None:
            name = self._shown[token]
            raise InvalidInput(
                f"The secret `{name}` of this app has no value. Set it with "
                f"`skep apps set-secret APP {name}` and run again.",
                code="secret_missing",
            )
        return value

    def concealed(self, value: Any) -> Any:
        """Return what came from outside with tokens in place of secrets, and no others."""
        return _mapped(value, self.concealed_text) if self._shown else value

    def concealed_text(self, text: str) -> str:
        """Return a text with tokens in place of secrets, and no others."""
        text = _defused_text(text)
        if self._concealing is None:
            return text
        pattern, written = self._concealing
        return pattern.sub(lambda match: written[match.group()], text)

    def stream(self) -> "ConcealingStream":
        """Return what conceals a text that comes in pieces."""
        return ConcealingStream(self)

    def safe_length(self, text: str) -> int:
        """Return how much of a text's beginning cannot be part of a secret that goes on."""
        if self._concealing is None:
            return len(text)
        _, written = self._concealing
        for start in range(max(0, len(text) - self._longest + 1), len(text)):
            rest = text[start:]
            if any(form.startswith(rest) for form in written):
                return start
        return len(text)


NO_SECRETS: Final = Secrets({}, {})


def conceal_event(event: E, secrets: Secrets) -> E:
    """Return what an effect came to with tokens in place of secrets; see `Secrets.concealed`."""
    if not secrets.has_any:
        return event
    plain: dict[str, Any] = msgspec.to_builtins(event)
    concealed = secrets.concealed(plain)
    return event if concealed is plain else msgspec.convert(concealed, type(event))


class ConcealingStream:
    """Conceals a text that comes in pieces: holds back what may turn out to be a secret."""

    __slots__ = ("_held", "_secrets")

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._held = ""

    def push(self, piece: str) -> str:
        """Take more text; return what can be shown."""
        text = self._secrets.concealed_text(self._held + piece)
        safe = self._secrets.safe_length(text)
        self._held = text[safe:]
        return text[:safe]

    def finish(self) -> str:
        """Return what was held back."""
        held, self._held = self._held, ""
        return held


def _is_findable(value: str) -> bool:
    return len(value) >= FEWEST_CHARACTERS


def _forms(value: str) -> Iterable[str]:
    """Yield a secret as it is, and as it stands inside of JSON where that differs."""
    yield value
    quoted = msgspec.json.encode(value).decode()[1:-1]
    if quoted != value:
        yield quoted


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Return a JSON value with all its texts changed, and the same object where none was."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        pairs = {_mapped(key, change): _mapped(item, change) for key, item in value.items()}
        is_same = all(
            old is new
            for pair in zip(value.items(), pairs.items(), strict=False)
            for old, new in zip(*pair, strict=True)
        )
        return value if is_same and len(pairs) == len(value) else pairs
    if isinstance(value, list | tuple):
        items = [_mapped(item, change) for item in value]
        if all(old is new for old, new in zip(value, items, strict=True)):
            return value
        return items if isinstance(value, list) else tuple(items)
    return value
