"""A plugin of the tests' own, so that they need node types and providers of no other member."""

from itertools import count
from pathlib import Path

_numbers = count(1)
_MODULE = '''
"""Node types and a model provider for tests."""

from typing import Any

import msgspec

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.models import (
    ModelInfo, ModelKind, ProviderDescription,
)
from skep_contracts.plugins.agents import StrategyDescription
from skep_contracts.plugins.nodes import NodeDescription, NodeResult, OutputSpec
from skep_contracts.plugins.sources.kinds import SourceDescription
from skep_contracts.plugins.toolkits import ToolkitDescription, ToolkitTool
from skep_contracts.plugins.tools import ToolDescription
from skep_contracts.problems import FieldError, InvalidInput, Unauthenticated


class StartSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    required: tuple[str, ...] = ()
    fails: bool = False


class StartNode:
    def evaluate(self, ctx: Any, settings: StartSettings) -> NodeResult:
        if settings.fails:
            raise ValueError("a mistake of the plugin: canary")
        errors = [
            FieldError(pointer=f"/{name}", message="is required")
            for name in settings.required if name not in ctx.inputs
        ]
        errors += [
            FieldError(pointer=f"/{name}", message="is not on the form")
            for name in ctx.inputs if name not in settings.required
        ]
        if errors:
            raise InvalidInput("The inputs do not fit the form.", errors=errors)
        return NodeResult(outputs=dict(ctx.inputs))


class EchoSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str


class EchoNode:
    def evaluate(self, ctx: Any, settings: EchoSettings) -> NodeResult:
        return NodeResult(outputs={"text": ctx.text(settings.text)})


class EndSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    outputs: dict[str, Any] = {}


class EndNode:
    def evaluate(self, ctx: Any, settings: EndSettings) -> NodeResult:
        return NodeResult(outputs={k: ctx.value(v) for k, v in settings.outputs.items()})


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    return [
        NodeDescription(
            type="trial-start", title="Start", description="Begins.", role="start",
            settings=StartSettings,
            outputs=lambda s: tuple(OutputSpec(name=n) for n in s.required),
            factory=lambda _: StartNode(),
        ),
        NodeDescription(
            type="trial-echo", title="Echo", description="Says it again.",
            settings=EchoSettings,
            outputs=lambda s: (OutputSpec(name="text", type="string"),),
            factory=lambda _: EchoNode(),
        ),
        NodeDescription(
            type="trial-answer", title="Answer", description="Answers.", role="answer",
            settings=EchoSettings,
            outputs=lambda s: (OutputSpec(name="text", type="string"),),
            factory=lambda _: EchoNode(),
        ),
        NodeDescription(
            type="trial-end", title="End", description="Ends.", role="end",
            settings=EndSettings,
            outputs=lambda s: tuple(OutputSpec(name=n) for n in s.outputs),
            factory=lambda _: EndNode(),
        ),
    ]


class Provider:
    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    async def check(self) -> None:
        if self.values["api_key"] != "right":
            raise Unauthenticated("The vendor refuses this key.")

    async def list_models(self) -> list[ModelInfo]:
        return [ModelInfo(name="listed", kind=ModelKind.CHAT)]

    async def close(self) -> None:
        pass


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    return [
        ProviderDescription(
            name="trial", title="Trial", needs_credential=True,
            credential_schema={
                "type": "object",
                "additionalProperties": False,
                "required": ["api_key"],
                "properties": {
                    "api_key": {"type": "string", "minLength": 1, "writeOnly": True},
                    "base_url": {"type": "string"},
                },
            },
            models=(
                ModelInfo(name="small", kind=ModelKind.CHAT),
                ModelInfo(name="vectors", kind=ModelKind.EMBEDDING, dimensions=8),
            ),
            factory=lambda context, values: Provider(values),
        ),
        ProviderDescription(
            name="free", title="Free", needs_credential=False,
            models=(ModelInfo(name="chat", kind=ModelKind.CHAT),),
            factory=lambda context, values: Provider(values),
        ),
    ]


@hookimpl
def skep_tools() -> list[ToolDescription]:
    return [
        ToolDescription(
            name="weather", title="Weather", description="Tells the weather.",
            parameters={"type": "object", "properties": {"city": {"type": "string"}}},
            credential_schema={
                "type": "object",
                "additionalProperties": False,
                "required": ["token"],
                "properties": {"token": {"type": "string", "writeOnly": True}},
            },
            factory=lambda context, values: None,
        ),
        ToolDescription(
            name="dice", title="Dice", description="Throws dice.",
            parameters={"type": "object"}, repeatable=True,
            factory=lambda context, values: None,
        ),
    ]


class Shelf:
    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    async def list_tools(self) -> list[ToolkitTool]:
        if self.values.get("mood") == "defect":
            raise ValueError("canary")
        if self.values.get("mood") == "refuse":
            raise Unauthenticated("The other side refuses the token.")
        return [ToolkitTool(name="look", description="Looks.", parameters={"type": "object"})]


@hookimpl
def skep_toolkits() -> list[ToolkitDescription]:
    return [
        ToolkitDescription(
            name="shelf", title="Shelf", description="A shelf of tools.",
            settings_schema={
                "type": "object",
                "additionalProperties": False,
                "required": ["url"],
                "properties": {
                    "url": {"type": "string"},
                    "mood": {"type": "string"},
                    "token": {"type": "string", "writeOnly": True},
                    "oauth_client_id": {"type": "string"},
                    "oauth_client_secret": {"type": "string", "writeOnly": True},
                },
            },
            signs_in_at="url",
            factory=lambda context, values: Shelf(values),
        )
    ]


@hookimpl
def skep_sources() -> list[SourceDescription]:
    return [
        SourceDescription(
            name="trial", title="Trial", description="A source of the tests.",
            settings_schema={
                "type": "object",
                "properties": {
                    "url": {"type": "string"},
                    "token": {"type": "string", "writeOnly": True},
                },
            },
            factory=lambda context, settings: None,
        )
    ]


@hookimpl
def skep_strategies() -> list[StrategyDescription]:
    return [
        StrategyDescription(
            name="guess", title="Guess", description="Guesses.",
            factory=lambda context: None,
        )
    ]
'''


def write_trial_plugin(directory: Path) -> None:
    """Put the plugin where the plugin host looks.

    Each time as another module: several gateways live in the process of the tests.
    """
    module = f"skep_trial_{next(_numbers)}"
    folder = directory / "skep-trial"
    metadata = folder / "skep_trial-1.0.dist-info"
    metadata.mkdir(parents=True)
    (folder / f"{module}.py").write_text(_MODULE)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: skep-trial\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        f"[skep.nodes]\ntrial = {module}\n[skep.models]\ntrial = {module}\n"
        f"[skep.tools]\ntrial = {module}\n[skep.agents]\ntrial = {module}\n"
        f"[skep.toolkits]\ntrial = {module}\n[skep.sources]\ntrial = {module}\n"
    )


def document(name: str = "greeter", **settings: object) -> dict[str, object]:
    """Return a workflow that takes `topic` and says it again."""
    return {
        "skep": 1,
        "app": {"name": name},
        "nodes": {
            "start": {"type": "trial-start", "settings": {"required": ["topic"], **settings}},
            "echo": {"type": "trial-echo", "settings": {"text": "{{start.topic}}"}},
            "end": {"type": "trial-end", "settings": {"outputs": {"said": "{{echo.text}}"}}},
        },
        "edges": [{"from": "start", "to": "echo"}, {"from": "echo", "to": "end"}],
    }


def chat_document(name: str = "chatter") -> dict[str, object]:
    """Return a chat that says what was said to it."""
    return {
        "skep": 1,
        "app": {"name": name, "mode": "chat"},
        "nodes": {
            "start": {"type": "trial-start"},
            "answer": {"type": "trial-answer", "settings": {"text": "{{sys.query}}"}},
        },
        "edges": [{"from": "start", "to": "answer"}],
    }
