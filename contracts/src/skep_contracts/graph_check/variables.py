"""The roots that are not nodes: ``sys``, ``env`` and ``conversation``."""

from collections.abc import Iterable, Mapping
from typing import Final

from skep_contracts.graph import ConversationVariable, EnvironmentVariable, WorkflowDocument
from skep_contracts.graph_check.faults import Faults
from skep_contracts.problems import json_pointer
from skep_contracts.values import has_type

SYSTEM_VARIABLES: Final[Mapping[str, str]] = {
    "query": "string",
    "run_id": "string",
    "app_id": "string",
    "conversation_id": "string",
    "user": "string",
    "files": "array[file]",
    "started_at": "string",
    "dialogue_count": "number",
    "callback_url": "string",
}
"""What ``{{sys.…}}`` offers, by type. Null where it does not apply: a query outside chats."""


def check_variables(document: WorkflowDocument, faults: Faults) -> dict[str, dict[str, str]]:
    """Return the types of what each namespace holds."""
    _check_names("environment", document.environment, faults)
    _check_names("conversation", document.conversation, faults)
    for index, variable in enumerate(document.environment):
        pointer = json_pointer("environment", index, "value")
        if variable.type == "secret" and variable.value is not None:
            faults.add(pointer, "a secret is never written into the document; leave the value out")
        elif not has_type(variable.value, _value_type(variable)):
            faults.add(pointer, f"`{variable.name}` is of type {variable.type}")
    for index, kept in enumerate(document.conversation):
        if not has_type(kept.default, kept.type):
            pointer = json_pointer("conversation", index, "default")
            faults.add(pointer, f"`{kept.name}` is of type {kept.type}")
    return {
        "sys": dict(SYSTEM_VARIABLES),
        "env": {variable.name: _value_type(variable) for variable in document.environment},
        "conversation": {variable.name: variable.type for variable in document.conversation},
    }


def _value_type(variable: EnvironmentVariable) -> str:
    return "string" if variable.type == "secret" else variable.type


def _check_names(
    section: str,
    variables: Iterable[EnvironmentVariable | ConversationVariable],
    faults: Faults,
) -> None:
    seen: set[str] = set()
    for index, variable in enumerate(variables):
        if variable.name in seen:
            pointer = json_pointer(section, index, "name")
            faults.add(pointer, f"`{variable.name}` is there twice")
        seen.add(variable.name)
