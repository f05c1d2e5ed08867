"""The rules of all workspaces, and the guardrails built for them."""

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from skep_contracts.guarding.rules import SETTING, GuardrailRule, GuardrailRules
from skep_contracts.plugins.guardrails import Guardrail, GuardrailDescription
from skep_contracts.problems import SkepError, Unavailable

if TYPE_CHECKING:
    from skep_runtime.plugins import PluginHost

_LOG: Final = logging.getLogger(__name__)
_MAX_BUILT: Final = 512
_decode: Final = msgspec.json.Decoder(GuardrailRules).decode
Side = Literal["input", "output"]


class RuleBook:
    """Rules by tenant, from the bucket's keys ``{tenant}.guardrails``."""

    def __init__(self, host: "PluginHost") -> None:
        """Build what `host` offers."""
        self._host = host
        self._rules: dict[str, tuple[GuardrailRule, ...]] = {}
        self._unreadable: set[str] = set()
        self._built: OrderedDict[bytes, tuple[GuardrailDescription, Guardrail]] = OrderedDict()

    def put(self, key: str, value: bytes, revision: int) -> None:
        """Take a tenant's rules; other settings in the bucket are not ours."""
        tenant, _, name = key.partition(".")
        if name != SETTING:
            return
        self._unreadable.discard(tenant)
        try:
            self._rules[tenant] = _decode(value).rules
        except msgspec.DecodeError:
            _LOG.error("guardrails cannot be read", extra={"tenant": tenant})
            self._unreadable.add(tenant)

    def remove(self, key: str) -> None:
        """Forget a tenant's rules."""
        tenant, _, name = key.partition(".")
        if name == SETTING:
            self._rules.pop(tenant, None)
            self._unreadable.discard(tenant)

    def has_any(self, tenant: str) -> bool:
        """Tell whether a tenant has rules, readable or not."""
        return bool(self._rules.get(tenant)) or tenant in self._unreadable

    def of(self, tenant: str, app_id: str | None, side: Side) -> list[GuardrailRule]:
        """Return the rules that look at one side of a call.

        Raises:
            Unavailable: The tenant's rules cannot be read.
        """
        if tenant in self._unreadable:
            raise Unavailable(
                "The workspace's guardrails cannot be read; set them anew.", code="bad_guardrails"
            )
        return [
            rule
            for rule in self._rules.get(tenant, ())
            if rule.is_on and side in rule.sides and (not rule.apps or app_id in rule.apps)
        ]

    def guardrail(self, rule: GuardrailRule) -> tuple[GuardrailDescription, Guardrail]:
        """Return what carries a rule out.

        Raises:
            Unavailable: Its plugin is not installed, or cannot build it.
        """
        description = self._host.guardrails.get(rule.guardrail)
        if description is None:
            raise Unavailable(
                f"The guardrail `{rule.name:.80}` is of the kind `{rule.guardrail:.64}`, which is"
                " not installed here.",
                code="guardrail_missing",
            )
        key = msgspec.json.encode([rule.guardrail, rule.settings])
        kept = self._built.get(key)
        if kept is None or kept[0] is not description:
            kept = (description, self._build(description, rule))
            self._built[key] = kept
            if len(self._built) > _MAX_BUILT:
                self._built.popitem(last=False)
        return kept

    def _build(self, description: GuardrailDescription, rule: GuardrailRule) -> Guardrail:
        try:
            context: Any = self._host.context(description)
            return description.factory(context, dict(rule.settings))
        except SkepError as error:
            raise Unavailable(
                f"The guardrail `{rule.name:.80}` cannot be used: {error.detail}",
                code="guardrail_failed",
            ) from error
        except Exception as error:
            _LOG.exception("guardrail cannot be built", extra={"guardrail": rule.guardrail})
            raise Unavailable(
                f"The guardrail `{rule.name:.80}` cannot be used; the server's log says why.",
                code="guardrail_failed",
            ) from error
