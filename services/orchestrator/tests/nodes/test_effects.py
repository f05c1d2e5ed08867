"""The ways out of an effectful node, and that they close."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.calls.chunk import SearchChunks, SearchChunksReply
from skep_contracts.calls.code import RunCode, RunCodeReply, StopCodeHere
from skep_contracts.ids import BlobKey
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    StreamEnd,
    TextDelta,
    Usage,
)
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.plugins.runtimes import CodeRequest, CodeResult
from skep_contracts.problems import Unavailable
from skep_contracts.run_log import ModelCall, NodeStarted, NodeSucceeded, RunStarted
from skep_contracts.values import blob_key
from skep_orchestrator.engine.apply import apply
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.nodes.effects import EffectContext
from skep_orchestrator.nodes.models import ModelOrigin
from skep_orchestrator.nodes.outside import Outside, RunFacts
from skep_orchestrator.nodes.views import PureView

PLAN = plan_of(
    {"s": node("begin"), "a": node("act"), "say": node("say", text="{{a.text}}")}, ["s > a > say"]
)


class Blobs:
    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], bytes] = {}

    async def put(self, tenant: str, content: bytes) -> BlobKey:
        self.stored[tenant, blob_key(content)] = content
        return blob_key(content)

    async def get(self, tenant: str, key: BlobKey, *, max_bytes: int) -> bytes:
        return self.stored[tenant, key][:max_bytes]


class BusStandIn:
    def __init__(self) -> None:
        self.blobs = Blobs()
        self.calls: list[tuple[Any, str]] = []

    async def call(self, call: Any, *, tenant: str, reply: Any, timeout_s: float) -> Any:
        self.calls.append((call, tenant))
        if isinstance(call, RunCode) and call.request.code == "for ever":
            await asyncio.Event().wait()
        if reply is RunCodeReply:
            return RunCodeReply(result=CodeResult(result={"x": 1}))
        return SearchChunksReply(chunks=())

    async def broadcast(self, call: Any, *, tenant: str, reply: Any, timeout_s: float) -> Any:
        self.calls.append((call, tenant))


class Models:
    def __init__(self) -> None:
        self.requests: list[tuple[str, ChatRequest, ModelOrigin]] = []

    async def chat(
        self,
        model: str,
        request: ChatRequest,
        *,
        origin: ModelOrigin,
        record: Callable[[ModelCall], None],
    ) -> AsyncGenerator[ChatDelta, None]:
        self.requests.append((model, request, origin))
        yield TextDelta(text="hi")
        record(ModelCall(provider="p", model=model, usage=Usage(output_tokens=1)))
        yield StreamEnd(finish_reason="stop", usage=Usage(output_tokens=1), model=model)


def running() -> RunState:
    state = RunState(PLAN)
    history = (ChatMessage(role="user", content="before"),)
    apply(
        state,
        RunStarted(
            run_id="run_1",
            app_id="app_1",
            version="v",
            mode="chat",
            inputs={"list": [1]},
            system={"query": "q"},
            history=history,
        ),
    )
    apply(state, NodeStarted(node="s", node_type="begin"))
    apply(state, NodeSucceeded(node="s", outputs={"x": [1, 2]}))
    apply(state, NodeStarted(node="a", node_type="act", effect_key="run_1:a:1"))
    return state


class Fixture:
    def __init__(self) -> None:
        self.bus = BusStandIn()
        self.models = Models()
        self.shown: list[tuple[str, str, str]] = []
        state = running()
        self.context = EffectContext(
            state,
            state.running["a"],
            facts=RunFacts("t_1", "run_1", "app_1"),
            outside=Outside(self.bus, None, self.models),  # type: ignore[arg-type]  # no HTTP here
            show=lambda *shown: self.shown.append(shown),
        )


@pytest.fixture
def given() -> Fixture:
    return Fixture()


def test_context_is_what_the_contract_says(given: Fixture) -> None:
    context: NodeContext = given.context

    assert (context.run_id, context.tenant, context.node_id) == ("run_1", "t_1", "a")
    assert (context.attempt, context.effect_key) == (1, "run_1:a:1")
    assert [message.text() for message in context.history] == ["before"]
    assert context.text("{{sys.query}} {{s.x.1}}") == "q 2"
    assert context.logger.name == "skep.node.act"


def test_values_are_copies(given: Fixture) -> None:
    first: Any = given.context.value("{{s.x}}")
    first.append(3)
    nested: Any = given.context.value({"a": ["{{s.x}}"]})
    nested["a"][0].append(4)

    assert given.context.value("{{s.x}}") == [1, 2]


def test_inputs_are_copies() -> None:
    state = running()
    view = PureView(state, state.root, "s")
    inputs: Any = view.inputs
    inputs["list"].append(2)

    assert view.inputs == {"list": [1]}


async def test_chat_is_on_behalf_of_the_node_and_keyed(given: Fixture) -> None:
    request = ChatRequest(model="", messages=(ChatMessage(role="user", content="x"),))

    for _ in range(2):
        text = [d.text async for d in given.context.chat("p/m", request) if hasattr(d, "text")]
        assert text == ["hi"]

    keys = [request.idempotency_key for _, request, _ in given.models.requests]
    assert keys == ["run_1:a:1:1", "run_1:a:1:2"]
    assert given.models.requests[0][2] == ModelOrigin(
        tenant="t_1", run_id="run_1", app_id="app_1", node="a"
    )
    assert len(given.context.calls) == 2


async def test_code_and_search_go_out_as_the_runs_tenant(given: Fixture) -> None:
    code = CodeRequest(language="python", code="", inputs={}, tenant="t_other")

    assert (await given.context.run_code(code)).result == {"x": 1}
    await given.context.search_chunks(SearchChunks(query="q", datasets=("d",)))

    assert [tenant for _, tenant in given.bus.calls] == ["t_1", "t_1"]
    assert given.bus.calls[0][0].request.tenant == "t_1"


async def test_code_that_nobody_waits_for_is_stopped(given: Fixture) -> None:
    code = CodeRequest(language="python", code="for ever", inputs={})
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(given.context.run_code(code))
        await asyncio.sleep(0)
        task.cancel()

    begun, stopped = (call for call, _ in given.bus.calls)
    assert isinstance(stopped, StopCodeHere)
    assert stopped.key == begun.key == "run_1:a:1:1:1"


async def test_stored_file_can_be_read(given: Fixture) -> None:
    file = await given.context.store_file(b"abc", name="a.txt", mime_type="text/plain")

    assert file.size_bytes == 3
    assert await given.context.read_file(file) == b"abc"


async def test_nothing_gets_out_once_the_attempt_is_over(given: Fixture) -> None:
    given.context.emit_text("seen")
    given.context.close()

    given.context.emit_text("unseen")
    with pytest.raises(Unavailable):
        given.context.chat("m", ChatRequest(model="", messages=()))
    with pytest.raises(Unavailable):
        await given.context.run_code(CodeRequest(language="python", code="", inputs={}))
    assert [text for _, _, text in given.shown] == ["seen"]
