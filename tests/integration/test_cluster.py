"""The same tests on the parts a cluster is made of: PostgreSQL, three NATS servers, two workers."""

import asyncio
from collections.abc import Iterator

import pytest

from skep_contracts.problems import Unavailable
from skep_runtime.bus import Bus
from skep_testing.nats import NatsCluster
from skep_testing.postgres import PostgresServer, postgres_server
from skep_testing.stack import RunningStack
from tests.integration import test_bad_input as bad_input
from tests.integration import test_first_light as first_light
from tests.integration import test_kills as kills
from tests.integration import test_subscriptions as subscriptions
from tests.integration.api import Follower, create_app, start_run
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [
    pytest.mark.integration,
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.timeout(300),  # three servers elect a leader before the first test
]

__all__ = ["postgres_server"]  # the fixture


@pytest.fixture(scope="module")
def nats() -> Iterator[NatsCluster]:
    with NatsCluster() as cluster:
        asyncio.run(wait_for_a_leader(cluster))
        yield cluster


async def wait_for_a_leader(cluster: NatsCluster) -> None:
    """Return once the three agree who leads; on a busy machine that can take a while."""
    bus = await Bus.connect(cluster.settings(connect_timeout_s=60), service="test")
    try:
        async with asyncio.timeout(180):
            while True:
                try:
                    await bus.ensure_topology()
                except Unavailable:
                    continue
                return
    finally:
        await bus.close()


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model("--latency-s", "0.25", "--token-delay-s", "0.02", "--tokens", "12") as it:
        yield it


@pytest.fixture(scope="module")
def stack(
    nats: NatsCluster, postgres_server: PostgresServer, model: ScriptedModel
) -> Iterator[RunningStack]:
    urls = [
        server.url.replace("nats://", f"nats://{server.user}:{server.password}@")
        for server in nats.servers
    ]
    with RunningStack(
        options=[
            *("--nats-url", ",".join(urls)),
            *("--database-url", postgres_server.url),
            *("--workers", "2"),
        ],
        environment={"SKEP_BUS__REPLICAS": "3"},
    ) as running:
        model.connect(running)
        yield running


test_support_assistant_computes_a_delivery_quote = (
    first_light.test_support_assistant_computes_a_delivery_quote
)
test_conversation_remembers_earlier_turns = first_light.test_conversation_remembers_earlier_turns
test_stream_resumes_at_every_event = first_light.test_stream_resumes_at_every_event
test_repeated_request_starts_one_run = first_light.test_repeated_request_starts_one_run
test_cancelled_run_ends_at_once = first_light.test_cancelled_run_ends_at_once
test_what_does_not_exist_is_404 = bad_input.test_what_does_not_exist_is_404
test_events_can_be_read_from_any_point = subscriptions.test_events_can_be_read_from_any_point


def test_losing_a_worker_repeats_no_completed_call(
    stack: RunningStack, model: ScriptedModel
) -> None:
    kills.test_two_orchestrators_share_work_and_losing_one_loses_nothing(stack, model)


def test_losing_one_nats_server_of_three_loses_nothing(
    stack: RunningStack, nats: NatsCluster, model: ScriptedModel
) -> None:
    app = create_app(stack, kills.counted_chain("lost-server"))
    followers = {}
    for number in range(6):
        mark = f"ls{number}"
        followers[mark] = Follower(stack, start_run(stack, app, inputs={"mark": mark}))
    for follower in followers.values():
        follower.wait_for("node.succeeded", node="n1")
    seen = {mark: len(follower.events) for mark, follower in followers.items()}

    nats.servers[1].kill()

    for mark, follower in followers.items():
        assert follower.end(timeout_s=90).event == "run.succeeded", mark
        assert kills.repeated_completed_calls(model, follower, mark, seen[mark]) == 0
