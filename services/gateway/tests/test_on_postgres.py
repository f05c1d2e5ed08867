"""What depends on the database, once more on PostgreSQL: contention, conflicts, transactions."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from services.gateway.tests.apps import test_apps
from services.gateway.tests.credentials import test_credentials
from services.gateway.tests.idempotency import test_replay
from services.gateway.tests.identity import test_api_keys
from services.gateway.tests.runs import test_repeats
from services.gateway.tests.stage import Stage
from services.gateway.tests.support import OtherTenant, RunningGateway, running_gateway
from services.gateway.tests.waits import test_waits
from services.gateway.tests.webhooks import test_webhooks
from skep_gateway.identity.set_up import prepare_first_start
from skep_gateway.identity.tokens import new_api_key
from skep_runtime.database import Database
from skep_testing.http_server import Answer, ScriptedServer
from skep_testing.postgres import PostgresServer

pytestmark = pytest.mark.postgres

ALONE: list[Callable[[RunningGateway], Any]] = [
    test_apps.test_name_is_taken_once,
    test_apps.test_publishing_makes_a_version_a_blob_and_an_event,
    test_apps.test_same_content_is_the_same_version,
    test_apps.test_going_back_publishes_the_old_version_again,
    test_apps.test_two_editors_cannot_overwrite_each_other,
    test_apps.test_deleting_takes_everything_and_says_so,
    test_credentials.test_secret_is_stored_nowhere_in_clear,
    test_credentials.test_unknown_provider_and_taken_name_are_refused,
    test_credentials.test_deleted_credential_leaves_the_bucket_and_frees_its_name,
    test_replay.test_repeat_gets_the_same_answer_and_does_nothing,
    test_replay.test_failed_request_leaves_its_key_free,
    test_replay.test_simultaneous_repeats_do_the_work_once,
    test_replay.test_key_of_a_request_that_died_is_taken_over,
    test_api_keys.test_revoked_key_is_worthless_at_once,
    test_api_keys.test_revocation_elsewhere_is_noticed_within_seconds,
    test_api_keys.test_use_is_written_down_later,
]


@pytest.fixture(scope="module")
def on_postgres(postgres_server: PostgresServer) -> Iterator[RunningGateway]:
    with running_gateway(database=postgres_server.settings("skep_gateway")) as running:
        yield running


@pytest.mark.parametrize("journey", ALONE, ids=lambda journey: journey.__name__)
def test_on_postgres(on_postgres: RunningGateway, journey: Callable[[RunningGateway], Any]) -> None:
    journey(on_postgres)


async def test_two_processes_may_start_first_at_once(postgres_server: PostgresServer) -> None:
    databases = [Database(postgres_server.settings("first_start")) for _ in range(2)]
    key = new_api_key()

    async def start(database: Database) -> str:
        await database.migrate("skep_gateway")
        return await prepare_first_start(database, key)

    async with asyncio.TaskGroup() as tasks:
        started = [tasks.create_task(start(database)) for database in databases]
    for database in databases:
        await database.close()

    assert started[0].result() == started[1].result()


def test_tenants_are_apart_on_postgres(on_postgres: RunningGateway) -> None:
    other: OtherTenant = on_postgres.add_tenant("other")

    test_replay.test_callers_do_not_meet(on_postgres, other)
    test_api_keys.test_keys_come_in_pages(on_postgres, other)


WEBHOOKS: list[Callable[[RunningGateway, str, ScriptedServer], Any]] = [
    test_webhooks.test_event_is_posted_once_signed_and_written_down,
    test_webhooks.test_failed_delivery_is_tried_again_and_dies_in_the_end,
    test_webhooks.test_delivery_is_sent_again_and_all_tries_are_there_again,
    test_webhooks.test_what_became_of_events_is_forgotten_in_the_end,
    test_webhooks.test_deliveries_come_in_pages,
]


@pytest.mark.parametrize("journey", WEBHOOKS, ids=lambda journey: journey.__name__)
def test_webhooks_on_postgres(
    on_postgres: RunningGateway,
    monkeypatch: pytest.MonkeyPatch,
    journey: Callable[[RunningGateway, str, ScriptedServer], Any],
) -> None:
    monkeypatch.setattr("skep_gateway.webhooks.deliver.BACKOFF_S", (0.05, 0.1))
    tenant = str(on_postgres.request("GET", "/api/v1/me").json()["tenant"]["id"])

    with ScriptedServer() as receiver:
        receiver.handle_with(lambda _: Answer(status=204))
        journey(on_postgres, tenant, receiver)
        for hook in on_postgres.request("GET", test_webhooks.PATH).json()["items"]:
            on_postgres.request("DELETE", f"{test_webhooks.PATH}/{hook['id']}")


def test_runs_are_repeated_on_postgres(on_postgres: RunningGateway) -> None:
    stage = Stage(on_postgres)
    stage.set_up()

    test_repeats.test_simultaneous_repeats_are_one_run(stage)
    test_repeats.test_refused_request_frees_its_key(stage)
    test_waits.test_of_two_answers_at_once_one_wins(stage)
    test_waits.test_page_takes_an_answer_once(stage)
    test_waits.test_bucket_says_what_is_published_and_is_mended_at_the_start(stage)

    stage.tear_down()
