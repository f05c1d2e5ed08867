"""What a turn is given of the turns before it, and what it leaves behind."""

from typing import Any

from services.orchestrator.tests.runs.stage import TENANT, Stage
from services.orchestrator.tests.scripted import document, node
from skep_contracts import subjects
from skep_contracts.calls.run import RunStatus
from skep_contracts.ids import ConversationId
from skep_contracts.plugins.models import ChatMessage
from skep_contracts.run_log import TERMINAL, RunStarted, RunSucceeded, decode_batch
from skep_orchestrator.history.fold import RunRecord
from skep_orchestrator.runs.opening import HISTORY_BYTES, NewConversation

FLOW = document(
    {
        "s": node("begin"),
        "say": node("say", text="{{conversation.mood}} {{sys.dialogue_count}} {{sys.query}}"),
    },
    ["s > say"],
    mode="chat",
    conversation=[{"name": "mood", "default": "calm"}],
)
CONVERSATION = ConversationId("conv_1")


class Memory:
    """Remembers what it is told, and in which order things happened."""

    def __init__(self, **state: Any) -> None:
        self.state = NewConversation(**state)
        self.asked: list[tuple[str, str, str]] = []
        self.order: list[str] = []
        self.records: list[RunRecord] = []
        self.is_broken = False

    async def load(self, tenant: str, app_id: str, conversation_id: str) -> NewConversation:
        self.asked.append((tenant, app_id, conversation_id))
        return self.state

    async def save(self, tenant: str, record: RunRecord) -> None:
        self.order.append("saved")
        if self.is_broken:
            raise RuntimeError("no database")
        self.records.append(record)


async def test_turn_begins_with_what_the_conversation_holds(stage: Stage) -> None:
    history = (
        ChatMessage(role="user", content="hi"),
        ChatMessage(role="assistant", content="hello"),
    )
    stage.memory = Memory(variables={"mood": "gay", "gone": 1}, history=history, turns=4)
    await stage.add_worker()

    run_id = await stage.start(FLOW, query="so?", conversation_id=CONVERSATION)
    end = await stage.end_of(run_id)

    assert end.answer == "gay 4 so?"
    assert stage.memory.asked == [(TENANT, "app_test", "conv_1")]
    opening = (await stage.events(run_id))[0]
    assert isinstance(opening, RunStarted)
    assert opening.history == history
    assert opening.conversation == {"mood": "gay"}


async def test_turn_is_saved_before_its_end_is_shown(stage: Stage) -> None:
    memory = stage.memory = Memory()
    worker = await stage.add_worker()
    publish = worker.bus.publish_live

    def note(subject: str, data: bytes) -> None:
        is_event = subject.endswith(".events")
        if is_event and isinstance(decode_batch(data).events[-1], TERMINAL):
            memory.order.append("shown")
        publish(subject, data)

    worker.bus.publish_live = note  # type: ignore[method-assign]
    run_id = await stage.start(FLOW, query="so?", conversation_id=CONVERSATION)
    async with stage.bus.subscribe(subjects.live(TENANT, run_id, "events")):
        await stage.end_of(run_id)
        while "shown" not in memory.order:
            await stage.end_of(run_id)

    assert memory.order == ["saved", "shown"]
    assert memory.records[0].status is RunStatus.SUCCEEDED
    assert memory.records[0].answer == "calm 0 so?"


async def test_memory_that_fails_does_not_fail_the_run(stage: Stage) -> None:
    stage.memory = Memory()
    stage.memory.is_broken = True
    await stage.add_worker()

    run_id = await stage.start(FLOW, query="so?", conversation_id=CONVERSATION)

    assert isinstance(await stage.end_of(run_id), RunSucceeded)


async def test_long_history_travels_apart_and_is_cut_at_its_limit(stage: Stage) -> None:
    long = tuple(ChatMessage(role="user", content=f"{i} " + "x" * 100_000) for i in range(20))
    stage.memory = Memory(history=long, turns=20)
    first = await stage.add_worker()
    flow = document(
        {
            "s": node("begin"),
            "a": node("act", script={"gate": "a"}),
            "say": node("say", text="done"),
        },
        ["s > a > say"],
        mode="chat",
    )

    run_id = await stage.start(flow, query="so?", conversation_id=CONVERSATION)
    await stage.until_begun("a")
    await first.stop()
    second = await stage.add_worker()
    await stage.until_begun("a", 2)
    held = second.worker.held.find(TENANT, run_id)
    stage.deeds.gate("a").set()
    await stage.end_of(run_id)

    logged = (await stage.recorded(run_id)).events[0]
    assert isinstance(logged, RunStarted)
    assert logged.history == ()
    assert held is not None
    assert held.execution.state.history == long[-(HISTORY_BYTES // 100_100) :]
