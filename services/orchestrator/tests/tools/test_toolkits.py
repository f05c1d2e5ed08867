"""Tools of toolkits: found by their whole names, asked for seldom, and kept to their tenants."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from skep_contracts.plugins.toolkits import (
    NAME_FIELD,
    ToolkitDescription,
    ToolkitTool,
    is_toolkit_name,
    toolkit_of,
    toolkit_owner,
)
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import (
    InvalidInput,
    NotFound,
    ProviderFailed,
    ProviderTimedOut,
)
from skep_inference.routing.credentials import Credential
from skep_orchestrator.tools.toolbox import Toolbox
from skep_orchestrator.tools.toolkits import Toolkits

NUMBER: dict[str, Any] = {"properties": {"n": {"type": "integer"}}, "required": ["n"]}


class Kit:
    """A toolkit that does as the stage says."""

    def __init__(self, stage: "Stage", values: dict[str, Any]) -> None:
        self.stage = stage
        self.values = values

    async def list_tools(self) -> Sequence[ToolkitTool]:
        self.stage.asked += 1
        if isinstance(self.stage.offer, Exception):
            raise self.stage.offer
        if self.stage.offer is None:
            await asyncio.sleep(60)
        return self.stage.offer or ()

    async def call(
        self, name: str, arguments: Mapping[str, Any], *, idempotency_key: str
    ) -> ToolResult:
        self.stage.calls.append((self.values["for"], name, dict(arguments), idempotency_key))
        return ToolResult(text="done")


class Stage:
    """A host with one kind of toolkits, and tenants that have set up some."""

    def __init__(self, *offer: ToolkitTool) -> None:
        self.asked = 0
        self.now_s = 0.0
        self.calls: list[Any] = []
        self.offer: Any = offer or (ToolkitTool(name="count", parameters=NUMBER),)
        self.tools: dict[str, Any] = {}
        self.strategies: dict[str, Any] = {}
        self.toolkits = {
            "kit": ToolkitDescription(
                name="kit",
                title="Kit",
                description="A kit.",
                settings_schema={},
                list_timeout_s=0.05,
                factory=lambda _, values: Kit(self, values),
            )
        }
        self.stored: dict[str, list[Credential]] = {}
        self.box = Toolbox(self, self)
        self.kits = Toolkits(self, self, clock=lambda: self.now_s)

    def context(self, owner: Any) -> Any:
        return None

    def of(self, tenant: str, provider: str) -> tuple[Credential, ...]:
        return tuple(self.stored.get(tenant, ())) if provider == toolkit_owner("kit") else ()

    def open(self, credential: Credential) -> dict[str, Any]:
        return {NAME_FIELD: credential.id, "for": credential.key.partition(".")[0]}

    def set_up(self, tenant: str, name: str, revision: int = 1) -> None:
        made = Credential(
            key=f"{tenant}.toolkit/kit.{name}",
            provider=toolkit_owner("kit"),
            id=name,
            revision=revision,
            sealed=b"",
        )
        self.stored[tenant] = [*self.stored.get(tenant, []), made]

    async def call(self, name: str, tenant: str = "t_1", **arguments: Any) -> ToolResult:
        return await self.box.call(name, arguments, tenant=tenant, idempotency_key="k")


async def test_tool_is_called_by_its_whole_name() -> None:
    stage = Stage()
    stage.set_up("t_1", "garden")

    assert (await stage.call("garden__count", n=3)).text == "done"
    with pytest.raises(InvalidInput) as refused:
        await stage.call("garden__count", n="three")

    assert stage.calls == [("t_1", "count", {"n": 3}, "k")]
    assert refused.value.errors[0].pointer == "/n"
    found = await stage.box.find(["garden__count", "nobody", "else__count"], tenant="t_1")
    assert list(found) == ["garden__count"]


async def test_toolkits_of_other_tenants_are_not_there() -> None:
    stage = Stage()
    stage.set_up("t_1", "garden")
    stage.set_up("t_2", "garden")

    await stage.call("garden__count", "t_2", n=1)
    with pytest.raises(NotFound):
        await stage.call("garden__count", "t_3", n=1)

    assert [tenant for tenant, *_ in stage.calls] == ["t_2"]


async def test_list_is_asked_for_once_and_again_when_it_is_old() -> None:
    stage = Stage()
    stage.set_up("t_1", "garden")

    async with asyncio.TaskGroup() as tasks:
        for _ in range(10):
            tasks.create_task(stage.kits.find("garden__count", "t_1"))
    assert stage.asked == 1

    stage.now_s = 299
    await stage.kits.find("garden__count", "t_1")
    assert stage.asked == 1
    stage.now_s = 301
    await stage.kits.find("garden__count", "t_1")
    assert stage.asked == 2


async def test_tool_that_is_new_is_found_soon() -> None:
    stage = Stage()
    stage.set_up("t_1", "garden")
    await stage.kits.find("garden__count", "t_1")
    stage.offer = (*stage.offer, ToolkitTool(name="new"))

    with pytest.raises(NotFound, match="`new`"):
        await stage.kits.find("garden__new", "t_1")
    stage.now_s = 11
    assert await stage.kits.find("garden__new", "t_1")


async def test_known_tools_stay_while_the_other_side_is_away() -> None:
    stage = Stage()
    stage.set_up("t_1", "garden")
    await stage.kits.find("garden__count", "t_1")
    stage.offer, stage.now_s = ProviderFailed("away"), 1_000

    assert await stage.kits.find("garden__count", "t_1")
    with pytest.raises(NotFound):
        await stage.kits.find("garden__other", "t_1")
    stage.now_s = 2_000
    with pytest.raises(ProviderFailed, match="away"):
        await stage.kits.find("garden__other", "t_1")


@pytest.mark.parametrize(
    ("offer", "problem"),
    [(RuntimeError("a defect"), ProviderFailed), (None, ProviderTimedOut)],
)
async def test_toolkit_that_cannot_be_asked_is_a_problem(
    offer: Any, problem: type[Exception]
) -> None:
    stage = Stage()
    stage.set_up("t_1", "garden")
    stage.offer = offer

    with pytest.raises(problem) as told:
        await stage.kits.find("garden__count", "t_1")
    assert "defect" not in str(told.value)


async def test_changed_settings_are_another_toolkit() -> None:
    stage = Stage()
    stage.set_up("t_1", "garden")
    await stage.kits.find("garden__count", "t_1")
    stage.stored.clear()
    stage.set_up("t_1", "garden", revision=2)

    await stage.kits.find("garden__count", "t_1")
    assert stage.asked == 2


async def test_tools_that_cannot_be_used_are_left_out() -> None:
    stage = Stage(
        ToolkitTool(name="", parameters={}),
        ToolkitTool(name="array", parameters={"type": "array"}),
        ToolkitTool(name="huge", parameters={"title": "x" * 70_000}),
        ToolkitTool(name="far", parameters={"$ref": "https://elsewhere.example/schema"}),
        ToolkitTool(name="fine", description="a\x1b[31m" + "d" * 9_000),
    )
    stage.set_up("t_1", "garden")

    fine = await stage.kits.find("garden__fine", "t_1")
    assert fine is not None
    assert fine.description.description.startswith("a [31m")
    assert len(fine.description.description) == 4_000
    for name in ("array", "huge"):
        with pytest.raises(NotFound):
            await stage.kits.find(f"garden__{name}", "t_1")
    with pytest.raises(ProviderFailed):
        await stage.call("garden__far", n=1)


@pytest.mark.parametrize("name", ["a", "git-hub", "x1", "a_b"])
def test_good_names_of_toolkits(name: str) -> None:
    assert is_toolkit_name(name)
    assert toolkit_of(f"{name}__do__it") == (name, "do__it")


@pytest.mark.parametrize("name", ["", "A", "a__b", "-a", "a-", "a_", "ä", "a b", "x" * 33])
def test_bad_names_of_toolkits(name: str) -> None:
    assert not is_toolkit_name(name)
