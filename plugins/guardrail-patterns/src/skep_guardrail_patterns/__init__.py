"""Guardrails that look for words, patterns, personal data, and attempts to take a model over."""

from typing import Any, Final

from skep_contracts.plugins.guardrails import Guardrail, GuardrailDescription
from skep_contracts.plugins.manifest import PluginContext, hookimpl

KINDS: Final = (
    "email",
    "phone",
    "credit card",
    "IBAN",
    "IP address",
    "secret key",
)


def _schema(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_WORDS: Final = _schema(
    {
        "words": {
            "type": "array",
            "title": "Words",
            "description": "Words and phrases, found whole, whatever their case.",
            "items": {"type": "string", "minLength": 1, "maxLength": 200},
            "minItems": 1,
            "maxItems": 2_000,
        },
        "label": {
            "type": "string",
            "title": "Label",
            "description": "What people are told was found.",
            "maxLength": 60,
        },
    },
    "words",
)
_PATTERN: Final = _schema(
    {
        "pattern": {
            "type": "string",
            "title": "Pattern",
            "description": "A regular expression in RE2's syntax, which takes linear time.",
            "minLength": 1,
            "maxLength": 2_000,
        },
        "label": {
            "type": "string",
            "title": "Label",
            "description": "What people are told was found.",
            "maxLength": 60,
        },
    },
    "pattern",
)
_PERSONAL: Final = _schema(
    {
        "kinds": {
            "type": "array",
            "title": "What to find",
            "description": "All of it when empty.",
            "items": {"enum": list(KINDS)},
            "uniqueItems": True,
        }
    }
)


def _words(_context: PluginContext, settings: dict[str, Any]) -> Guardrail:
    from skep_guardrail_patterns.words import Words

    return Words(settings)


def _pattern(_context: PluginContext, settings: dict[str, Any]) -> Guardrail:
    from skep_guardrail_patterns.words import Pattern

    return Pattern(settings)


def _personal(_context: PluginContext, settings: dict[str, Any]) -> Guardrail:
    from skep_guardrail_patterns.personal_data import PersonalData

    return PersonalData(settings)


def _injection(_context: PluginContext, _settings: dict[str, Any]) -> Guardrail:
    from skep_guardrail_patterns.injection import Injection

    return Injection()


@hookimpl
def skep_guardrails() -> list[GuardrailDescription]:
    """Describe four kinds of guardrails."""
    return [
        GuardrailDescription(
            name="words",
            title="Words",
            description="Finds words and phrases of a list.",
            settings_schema=_WORDS,
            factory=_words,
        ),
        GuardrailDescription(
            name="pattern",
            title="Pattern",
            description="Finds what a regular expression matches.",
            settings_schema=_PATTERN,
            factory=_pattern,
        ),
        GuardrailDescription(
            name="personal-data",
            title="Personal data",
            description="Finds emails, phone, card and account numbers, IP addresses and keys.",
            settings_schema=_PERSONAL,
            factory=_personal,
        ),
        GuardrailDescription(
            name="prompt-injection",
            title="Prompt injection",
            description="Finds the usual phrases that try to take a model over, and no others.",
            settings_schema=_schema({}),
            factory=_injection,
        ),
    ]
