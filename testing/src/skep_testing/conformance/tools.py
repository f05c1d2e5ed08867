"""What every tool promises. A plugin's test inherits `ToolConformance`."""

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Mapping
from typing import Any, ClassVar, Final

import jsonschema_rs
import pytest

from skep_contracts.plugins.manifest import TOOLS
from skep_contracts.plugins.tools import Tool, ToolDescription, ToolHooks, ToolResult
from skep_contracts.problems import SkepError
from skep_contracts.values import check_value
from skep_testing.conformance.loading import find_entry_point, import_seconds, load_hooks
from skep_testing.conformance.node_context import FakePluginContext

MAX_IMPORT_S: Final = 0.020
MAX_CALL_S: Final = 5.0
MODEL_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
"""What every vendor accepts as the name of a function."""


def describe_tool(entry_point: str, name: str) -> ToolDescription:
    """Return the description of a tool, loaded through an installed entry point."""
    hooks = load_hooks(TOOLS, entry_point, ToolHooks)
    found = {tool.name: tool for offered in hooks.skep_tools() for tool in offered}
    assert name in found, f"{entry_point!r} offers no {name}, but {', '.join(found)}"
    assert isinstance(found[name], ToolDescription)
    tool: ToolDescription = found[name]
    return tool


def hostile_texts() -> dict[str, str]:
    """Return what a model may write into an argument when a stranger talked it into something."""
    return {
        "empty": "",
        "blank": " \t\n",
        "control characters": "\x00\x1b[31m\r\n",
        "half a surrogate": "\ud800",
        "template": "{{ start.x }} ${x} {0.__class__} %s%n",
        "path": "../../../../etc/passwd",
        "address inside": "http://169.254.169.254/latest/meta-data/",
        "address of a file": "file:///etc/passwd",
        "command": "; cat /etc/passwd #",
        "code": "__import__('os').system('id')",
        "query": "' OR 1=1; DROP TABLE x; --",
        "markup": "<script>alert(1)</script>",
        "deep brackets": "(" * 5_000,
        "long": "9" * 100_000,
        "many words": "a b " * 50_000,
    }


class ToolConformance:
    """Inherit, fill in the attributes, and override `make_context` where a tool needs a script."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.tools``."""
    tool_name: ClassVar[str]
    valid_arguments: ClassVar[Mapping[str, Any]]
    invalid_arguments: ClassVar[tuple[Mapping[str, Any], ...]]
    """Arguments that the tool's schema refuses."""
    credential: ClassVar[Mapping[str, Any]] = {}
    """Values of a credential, for a tool that takes one."""
    expected_text: ClassVar[str | None] = None
    """Of `valid_arguments`; None to leave it to other tests."""

    def make_context(self) -> FakePluginContext:
        """Return a fresh context for the factory, in which `valid_arguments` work."""
        return FakePluginContext()

    def describe(self) -> ToolDescription:
        """Return the tool's description, loaded through its entry point."""
        return describe_tool(self.entry_point, self.tool_name)

    def make(self) -> Tool:
        """Return a fresh tool."""
        return self.describe().factory(self.make_context(), dict(self.credential))

    def test_import_is_cheap(self) -> None:
        """Vendor libraries are imported when they are needed, so that services start quickly."""
        module = find_entry_point(TOOLS, self.entry_point).module

        seconds = import_seconds(module, known="skep_contracts.plugins.tools")

        assert seconds < MAX_IMPORT_S

    def test_description_is_complete(self) -> None:
        """Models read it to choose the tool, people to allow it."""
        tool = self.describe()

        assert MODEL_NAME.match(tool.name), "not every model can say this name"
        assert tool.title.strip()
        assert tool.description.strip().endswith(".")
        assert 0 < tool.timeout_s <= 600

    def test_parameters_are_a_closed_schema_that_models_understand(self) -> None:
        """What a model makes up is refused, and every parameter is explained."""
        parameters = self.describe().parameters

        jsonschema_rs.validator_for(parameters)
        json.dumps(parameters)
        assert parameters.get("type") == "object"
        assert parameters.get("additionalProperties") is False
        assert set(parameters.get("required", ())) <= set(parameters.get("properties", {}))
        for name, parameter in parameters.get("properties", {}).items():
            assert parameter.get("description"), f"nobody explains {name}"

    def test_credential_form_hides_secrets(self) -> None:
        """A credential is shown only as far as its form says that it may be."""
        schema = self.describe().credential_schema

        if not schema:
            pytest.skip("takes no credential")
        jsonschema_rs.validator_for(schema).validate(dict(self.credential))
        fields = schema.get("properties", {}).values()
        assert any(field.get("writeOnly") for field in fields), "no field is marked as a secret"

    def test_schema_tells_arguments_apart(self) -> None:
        """The host checks arguments before it calls, and relies on the schema alone."""
        validator = jsonschema_rs.validator_for(self.describe().parameters)

        assert validator.is_valid(dict(self.valid_arguments))
        for arguments in self.invalid_arguments:
            assert not validator.is_valid(dict(arguments)), f"nothing refuses {arguments!r}"

    def test_valid_arguments_give_a_result(self) -> None:
        """Text for the model, and values for the workflow."""
        result = self.call(self.make(), self.valid_arguments)

        assert not result.is_error
        if self.expected_text is not None:
            assert result.text == self.expected_text

    def test_one_tool_serves_many_calls(self) -> None:
        """The host builds it once for each credential."""
        tool = self.make()

        async def many() -> list[ToolResult]:
            async with asyncio.TaskGroup() as tasks:
                calls = [
                    tasks.create_task(tool.call(self.valid_arguments, idempotency_key=f"k{n}"))
                    for n in range(5)
                ]
            return [call.result() for call in calls]

        results = asyncio.run(many())

        assert all(isinstance(result, ToolResult) for result in results)

    @pytest.mark.parametrize("name", hostile_texts())
    def test_hostile_argument_is_a_problem_at_the_most(self, name: str) -> None:
        """Whatever a model writes, a tool gives a result or one of the known errors, and soon."""
        description = self.describe()
        validator = jsonschema_rs.validator_for(description.parameters)
        for field, parameter in description.parameters.get("properties", {}).items():
            if parameter.get("type") != "string":
                continue
            arguments = {**self.valid_arguments, field: hostile_texts()[name]}
            if "surrogate" not in name and not validator.is_valid(arguments):
                continue  # the host refuses it before the tool hears of it
            begin = time.monotonic()

            with contextlib.suppress(SkepError):
                self.call(self.make(), arguments)

            assert time.monotonic() - begin < MAX_CALL_S

    def call(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolResult:
        """Call a tool and check what holds for every result."""
        result = asyncio.run(tool.call(dict(arguments), idempotency_key="run_x:node:1:0"))
        assert isinstance(result, ToolResult), f"a {type(result).__name__} is no ToolResult"
        assert isinstance(result.text, str)
        result.text.encode()  # no half of a surrogate pair
        check_value(result.data)
        return result
