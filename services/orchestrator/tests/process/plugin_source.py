"""The nodes of the plugin that the tests of whole processes install: their deeds are lines of a
file.
"""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import msgspec

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription, NodeResult, OutputSpec, Rounds


class Free(msgspec.Struct, frozen=True):
    outputs: dict[str, Any] = {}
    wait_for: str = ""
    takes_s: float = 0.0
    items: Any = None
    output: Any = None


class Begin:
    def evaluate(self, ctx: Any, settings: Free) -> NodeResult:
        return NodeResult(outputs={})


class Finish:
    def evaluate(self, ctx: Any, settings: Free) -> NodeResult:
        return NodeResult(outputs=ctx.value(settings.outputs))


class Burn:
    """Keeps the processor busy."""

    def evaluate(self, ctx: Any, settings: Free) -> NodeResult:
        until_s = time.thread_time() + settings.takes_s
        while time.thread_time() < until_s:
            pass
        return NodeResult(outputs={"text": "done"})


class Deed:
    async def run(self, ctx: Any, settings: Free) -> NodeResult:
        folder = Path(os.environ["DEEDS"])
        self.note(folder, "begun", ctx)
        ctx.emit_text(f"{os.getpid()} ")
        await asyncio.sleep(settings.takes_s)
        for _ in range(3000):
            if not settings.wait_for or (folder / settings.wait_for).exists():
                break
            await asyncio.sleep(0.02)
        self.note(folder, "done", ctx)
        return NodeResult(outputs={"text": f"{os.getpid()} ", "place": ctx.place})

    def note(self, folder: Path, what: str, ctx: Any) -> None:
        with (folder / "deeds").open("a") as deeds:
            deeds.write(f"{what} {ctx.effect_key} {os.getpid()}\n")


TEXT = (
    OutputSpec(name="text", type="string", streams=True),
    OutputSpec(name="place", type="string"),
)


def describe(kind: str, factory: Any, **rest: Any) -> NodeDescription:
    return NodeDescription(
        type=kind,
        title=kind,
        description=kind,
        settings=Free,
        outputs=rest.pop("outputs", lambda settings: ()),
        factory=lambda ctx: factory(),
        **rest,
    )


@hookimpl
def skep_nodes() -> list[NodeDescription]:
    return [
        describe("begin", Begin, role="start"),
        describe("finish", Finish, role="end"),
        describe(
            "each",
            None,
            role="container",
            rounds=lambda s: Rounds(items=s.items, output=s.output, parallel=3, max_rounds=100),
            inner_fields=frozenset({"output"}),
            outputs=lambda settings: (OutputSpec(name="output"),),
        ),
        describe("burn", Burn, outputs=lambda settings: TEXT),
        describe("deed", Deed, effect="repeatable", outputs=lambda settings: TEXT),
    ]
