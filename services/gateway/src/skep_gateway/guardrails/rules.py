"""A workspace's rules: checked against their kinds, and kept where workers read them."""

from typing import Any, Final

import jsonschema_rs
import msgspec

from skep_contracts.guarding.rules import SETTING, GuardrailRule, GuardrailRules
from skep_contracts.ids import TenantId
from skep_contracts.problems import FieldError, InvalidInput, SkepError, TooLarge, did_you_mean
from skep_contracts.topology import SETTINGS
from skep_gateway.guardrails.views import RulesView, RuleView
from skep_runtime.bus import Bus
from skep_runtime.plugins import PluginHost

_MAX_BYTES: Final = 200 * 1024


async def read_rules(bus: Bus, tenant: TenantId) -> RulesView:
    """Return a workspace's rules."""
    entry = await bus.bucket(SETTINGS).get(f"{tenant}.{SETTING}")
    if entry is None:
        return RulesView(rules=[])
    kept = msgspec.json.decode(entry.value, type=GuardrailRules)
    return RulesView.model_validate(msgspec.to_builtins(kept))


async def write_rules(bus: Bus, plugins: PluginHost, tenant: TenantId, wanted: RulesView) -> None:
    """Replace a workspace's rules.

    Raises:
        InvalidInput: One cannot be used; pointers say which and why.
        TooLarge: They do not fit together.
    """
    faults = [*_repeated(wanted)]
    for place, rule in enumerate(wanted.rules):
        faults += faults_of(plugins, rule, f"/rules/{place}")
    if faults:
        raise InvalidInput(f"The guardrails cannot be used: {faults[0].message}.", errors=faults)
    value = msgspec.json.encode(GuardrailRules(rules=tuple(map(rule_of, wanted.rules))))
    if len(value) > _MAX_BYTES:
        raise TooLarge(f"The guardrails take more than {_MAX_BYTES:,} bytes together.")
    await bus.bucket(SETTINGS).put(f"{tenant}.{SETTING}", value)


def rule_of(view: RuleView) -> GuardrailRule:
    """Return a rule as it is kept."""
    return msgspec.convert(view.model_dump(), GuardrailRule)


def faults_of(plugins: PluginHost, rule: RuleView, pointer: str) -> list[FieldError]:
    """Return what keeps a rule from being used."""
    kind = plugins.guardrails.get(rule.guardrail)
    if kind is None:
        hint = did_you_mean(rule.guardrail, plugins.guardrails)
        return [FieldError(pointer=f"{pointer}/guardrail", message=f"is not installed{hint}")]
    found = [
        FieldError(
            pointer=f"{pointer}/settings" + "".join(f"/{part}" for part in error.instance_path),
            message=str(error.message)[:300],
        )
        for error in jsonschema_rs.validator_for(kind.settings_schema).iter_errors(rule.settings)
    ]
    return found or _faults_of_building(plugins, kind, rule, pointer)


def _faults_of_building(
    plugins: PluginHost, kind: Any, rule: RuleView, pointer: str
) -> list[FieldError]:
    try:
        kind.factory(plugins.context(kind), dict(rule.settings))
    except SkepError as error:
        told = error.errors or (FieldError(pointer="", message=error.detail),)
        return [
            FieldError(pointer=f"{pointer}/settings{each.pointer}", message=each.message)
            for each in told
        ]
    return []


def _repeated(wanted: RulesView) -> list[FieldError]:
    seen: set[str] = set()
    faults = []
    for place, rule in enumerate(wanted.rules):
        if rule.id in seen:
            faults.append(FieldError(pointer=f"/rules/{place}/id", message="is there twice"))
        seen.add(rule.id)
    return faults
