"""From the settings to what the model is told it may use: tools, apps, knowledge."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from skep_contracts.plugins.models import ToolSpec
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.plugins.tools import ToolDescription
from skep_contracts.problems import FieldError, InvalidInput, NotFound, did_you_mean, json_pointer
from skep_node_agent.settings import AgentSettings, AppUse, KnowledgeUse, ToolUse

SEARCH: Final = "search_knowledge"
QUERY: Final = "query"
_UNSPEAKABLE: Final = re.compile(r"[^a-zA-Z0-9_-]+")
_LONGEST_NAME: Final = 64


class OfferedTool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as the model knows it, and as it is called."""

    spec: ToolSpec
    tool: str
    """Its name where it is installed; of an app its name or id."""
    fixed: dict[str, Any]
    """Arguments that the workflow sets, whatever the model says."""
    kind: Literal["tool", "app", "knowledge"] = "tool"
    takes_query: bool = False
    """Of an app: its message is the argument `QUERY`."""
    knowledge: KnowledgeUse | None = None
    asks_first: bool = False
    """A person has to agree to each call."""


async def offer_tools(ctx: NodeContext, settings: AgentSettings) -> dict[str, OfferedTool]:
    """Return what may be used, by the names that the model is to say.

    Raises:
        InvalidInput: Something is not there, or does not take an argument that is fixed.
    """
    offering = _Offering(ctx)
    await offering.add_tools(settings.tools)
    for place, app in enumerate(settings.apps):
        await offering.add_app(place, app)
    if settings.knowledge is not None:
        offering.add_knowledge(settings.knowledge)
    return offering.done()


class _Offering:
    """Grows while the settings are read, and keeps all that is wrong with them."""

    def __init__(self, ctx: NodeContext) -> None:
        self._ctx = ctx
        self._offered: dict[str, OfferedTool] = {}
        self._faults: list[FieldError] = []

    def done(self) -> dict[str, OfferedTool]:
        if self._faults:
            first = self._faults[0]
            raise InvalidInput(
                f"The agent cannot use its tools: {first.pointer}: {first.message}.",
                errors=self._faults,
                code="bad_agent_tools",
            )
        return self._offered

    async def add_tools(self, uses: Sequence[ToolUse]) -> None:
        found = await self._ctx.find_tools([use.name for use in uses]) if uses else {}
        for place, use in enumerate(uses):
            tool = found.get(use.name)
            if tool is None:
                known = [each.name for each in self._ctx.tools()]
                message = f"no tool of that name is there{did_you_mean(use.name, known)}"
                self._fault(message, "tools", place, "name")
                continue
            self._add_tool(place, use, tool)

    def _add_tool(self, place: int, use: ToolUse, tool: ToolDescription) -> None:
        self._check_fixed(tool.parameters, use.arguments, "tools", place, "arguments", of=tool.name)
        fixed: Any = self._ctx.value(use.arguments)
        self._add(
            use.name,
            description=self._ctx.text(use.description).strip() or tool.description,
            parameters=tool.parameters,
            tool=tool.name,
            fixed=fixed,
            asks_first=use.ask_first,
        )

    async def add_app(self, place: int, use: AppUse) -> None:
        name = self._ctx.text(use.app).strip()
        try:
            form = await self._ctx.describe_app(name)
        except NotFound as error:
            self._fault(error.detail.rstrip("."), "apps", place, "app")
            return
        parameters = form.parameters
        if form.takes_query:
            message = {"type": "string", "description": "The message to send."}
            properties = {QUERY: message, **parameters.get("properties", {})}
            required = [QUERY, *parameters.get("required", ())]
            parameters = {**parameters, "properties": properties, "required": required}
        self._check_fixed(parameters, use.inputs, "apps", place, "inputs", of=name)
        fixed: Any = self._ctx.value(use.inputs)
        self._add(
            form.name,
            description=self._ctx.text(use.description).strip()
            or form.description
            or f"Runs the app {form.name} and gives its answer.",
            parameters=parameters,
            tool=name,
            fixed=fixed,
            kind="app",
            takes_query=form.takes_query,
            asks_first=use.ask_first,
        )

    def add_knowledge(self, use: KnowledgeUse) -> None:
        text = self._ctx.text(use.description).strip()
        self._add(
            SEARCH,
            description=text or "Searches the documents; gives passages with their source.",
            parameters={
                "type": "object",
                "properties": {
                    QUERY: {"type": "string", "description": "What to look for.", "minLength": 1}
                },
                "required": [QUERY],
                "additionalProperties": False,
            },
            tool=SEARCH,
            fixed={},
            kind="knowledge",
            knowledge=use,
        )

    def _add(
        self,
        wanted: str,
        *,
        description: str,
        parameters: Mapping[str, Any],
        fixed: dict[str, Any],
        **more: Any,
    ) -> None:
        name = _free_name(wanted, self._offered)
        spec = ToolSpec(name=name, description=description, parameters=_without(parameters, fixed))
        self._offered[name] = OfferedTool(spec=spec, fixed=fixed, **more)

    def _check_fixed(
        self,
        parameters: Mapping[str, Any],
        fixed: Mapping[str, Any],
        *place: str | int,
        of: str,
    ) -> None:
        if parameters.get("additionalProperties") is not False:
            return
        known = parameters.get("properties", {})
        for name in fixed:
            if name not in known:
                self._fault(f"is no argument of {of}", *place, name)

    def _fault(self, message: str, *place: str | int) -> None:
        self._faults.append(FieldError(pointer=json_pointer(*place), message=message))


def _free_name(wanted: str, taken: Mapping[str, object]) -> str:
    """Return a name that every model can say and that no other tool has."""
    said = _UNSPEAKABLE.sub("_", wanted).strip("_") or "app"
    name = said[:_LONGEST_NAME]
    number = 1
    while name in taken:
        number += 1
        name = f"{said[: _LONGEST_NAME - 4]}_{number}"
    return name


def _without(parameters: Mapping[str, Any], fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema that says nothing of the arguments that are fixed."""
    if not fixed:
        return dict(parameters)
    left = dict(parameters)
    properties = parameters.get("properties")
    if isinstance(properties, Mapping):
        left["properties"] = {k: v for k, v in properties.items() if k not in fixed}
    required = parameters.get("required")
    if isinstance(required, Sequence):
        left["required"] = [name for name in required if name not in fixed]
    return left
