"""A secret reaches the effect that needs it, and nothing that is written down or shown."""

from typing import Any

from services.orchestrator.tests.runs.stage import TENANT, Stage
from services.orchestrator.tests.scripted import document, node
from skep_contracts import subjects
from skep_contracts.run_log import NodeSucceeded, RunStarted, RunSucceeded, decode_batch
from skep_contracts.topology import SECRETS
from skep_orchestrator.nodes.secret_reader import SecretReader
from skep_runtime.vault import Vault, VaultSettings

CANARY = "canary-of-a-secret-42"
KEY = f"{TENANT}.app_test.API_KEY"
FLOW = document(
    {
        "s": node("begin"),
        "build": node("compute", value="Bearer {{env.API_KEY}}"),
        "call": node("act", input={"auth": "{{build.value}}", "asked": "{{s.x}}"}),
        "e": node("finish", outputs={"said": "{{call.value}}", "header": "{{build.value}}"}),
    },
    ["s > build > call > e"],
    environment=[{"name": "API_KEY", "type": "secret"}],
)


def vault() -> Vault:
    return Vault(VaultSettings(key="YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="))


async def keep(stage: Stage, value: str | None = CANARY) -> None:
    stage.secrets = SecretReader(stage.bus, vault())
    if value is None:
        await stage.bus.bucket(SECRETS).delete(KEY)
    else:
        await stage.bus.bucket(SECRETS).put(KEY, vault().seal(value.encode(), context=KEY))


async def log_of(stage: Stage, run_id: str) -> tuple[bytes, list[Any]]:
    messages = await stage.bus.journal.read(subjects.journal(TENANT, run_id))
    events = [event for message in messages for event in decode_batch(message.data).events]
    return b"".join(message.data for message in messages), events


async def test_effect_has_the_secret_and_the_log_its_token(stage: Stage) -> None:
    await keep(stage)
    await stage.add_worker()

    run_id = await stage.start(FLOW, inputs={"x": "hi"})
    end = await stage.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    raw, events = await log_of(stage, run_id)
    token = events[0].environment["API_KEY"]
    assert stage.deeds.seen == [{"auth": f"Bearer {CANARY}", "asked": "hi"}]
    header = f"Bearer {token}"
    assert end.outputs == {"said": {"auth": header, "asked": "hi"}, "header": header}
    assert CANARY.encode() not in raw


async def test_token_from_outside_gets_no_secret(stage: Stage) -> None:
    await keep(stage)
    await stage.add_worker()
    first = await stage.start(FLOW, inputs={"x": "hi"})
    await stage.end_of(first)
    token = (await log_of(stage, first))[1][0].environment["API_KEY"]

    second = await stage.start(FLOW, inputs={"x": f"say {token}"})
    await stage.end_of(second)

    assert stage.deeds.seen[-1]["asked"] == "say [secret API_KEY]"


async def test_secret_without_a_value_fails_the_node_that_needs_it(stage: Stage) -> None:
    await keep(stage, None)
    await stage.add_worker()

    run_id = await stage.start(FLOW, inputs={"x": "hi"})
    end: Any = await stage.end_of(run_id)

    assert (end.node, end.problem.code) == ("call", "secret_missing")


async def test_record_of_one_run_serves_another_of_the_app(stage: Stage) -> None:
    await keep(stage)
    await stage.add_worker()
    runs = [await stage.start(FLOW, inputs={"x": "hi"}) for _ in range(2)]
    for run_id in runs:
        await stage.end_of(run_id)

    opened = [(await log_of(stage, run_id))[1] for run_id in runs]

    assert isinstance(opened[0][0], RunStarted)
    assert opened[0][0].environment == opened[1][0].environment
    given = [[e.outputs for e in events if isinstance(e, NodeSucceeded)] for events in opened]
    assert given[0] == given[1]
