"""Events as a stream: the caller's, those asked for, from where they left off."""

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from services.gateway.tests.facts import began, publish, succeeded
from services.gateway.tests.stage import OpenRequest
from services.gateway.tests.support import (
    OtherTenant,
    RunningGateway,
    assert_problem,
    pointers,
    running_gateway,
    until,
)
from skep_contracts import events, subjects, topology
from skep_contracts.events.app import AppDeleted
from skep_contracts.events.plugin import PluginInstalled
from skep_contracts.ids import AppId, new_id
from skep_contracts.problems import Forbidden, InvalidInput, NotFound
from skep_gateway.events.kinds import KINDS, check_kinds, patterns

PATH = "/api/v1/events"


@pytest.fixture(scope="module")
def alone() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


@pytest.fixture(scope="module")
def ours(alone: RunningGateway) -> str:
    return str(alone.request("GET", "/api/v1/me").json()["tenant"]["id"])


@pytest.fixture(scope="module")
def theirs(alone: RunningGateway) -> OtherTenant:
    return alone.add_tenant("others")


@contextmanager
def following(
    gateway: RunningGateway, query: str = "", *, key: str = "", last_id: str = ""
) -> Iterator[OpenRequest]:
    headers = {"Last_Event_ID": last_id} if last_id else {}
    whole = RunningGateway.__new__(RunningGateway)
    whole.port, whole.key = gateway.port, key or gateway.key
    request = OpenRequest(whole, "GET", f"{PATH}?{query}", **headers)
    request.wait_for("heartbeat")
    yield request
    request.leave()


def names(request: OpenRequest) -> list[str]:
    lines = request.received.decode().splitlines()
    return [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]


def test_caller_hears_what_happens_from_now_on(alone: RunningGateway, ours: str) -> None:
    before, after = new_id("run"), new_id("run")
    publish(alone, ours, began(before))

    with following(alone) as request:
        publish(alone, ours, began(after))
        text = request.wait_for(after)

    assert before not in text
    assert '"type":"run.began.v1"' in text


def test_tenants_hear_nothing_of_each_other(
    alone: RunningGateway, ours: str, theirs: OtherTenant
) -> None:
    mine, last = new_id("run"), new_id("run")
    publish(alone, ours, began(mine))
    publish(alone, theirs.id, began(last))

    for query in ("from=start", f"from=start&run={mine}", "from=start&kind=run.began.v1"):
        with following(alone, query, key=theirs.key) as request:
            publish(alone, theirs.id, began(last))
            if "run=" not in query:
                request.wait_for(last)
            assert mine not in request.received.decode()


def test_events_are_filtered_by_app_run_and_kind(alone: RunningGateway, ours: str) -> None:
    app, run = new_id("app"), new_id("run")
    publish(alone, ours, began(run, app), succeeded(run, app), AppDeleted(app_id=AppId(app)))
    publish(alone, ours, began(new_id("run")), succeeded(new_id("run")))

    def told(query: str, last: str) -> list[str]:
        with following(alone, f"from=start&{query}") as request:
            request.wait_for(last)
            return names(request)

    of_app = told(f"app={app}", "app.deleted.v1")
    of_run = told(f"run={run}", "run.succeeded.v1")
    of_kind = told(f"app={app}&kind=run.succeeded.v1", "run.succeeded.v1")
    of_both = told(f"run={run}&kind=run.began.v1,%20run.succeeded.v1,", "run.succeeded.v1")

    assert of_app == ["run.began.v1", "run.succeeded.v1", "app.deleted.v1"]
    assert of_run == ["run.began.v1", "run.succeeded.v1"]
    assert of_kind == ["run.succeeded.v1"]
    assert of_both == of_run


def test_reader_goes_on_after_the_last_event(alone: RunningGateway, ours: str) -> None:
    runs = [new_id("run") for _ in range(3)]
    seqs = [publish(alone, ours, began(run)) for run in runs]

    with following(alone, last_id=str(seqs[0])) as request:
        text = request.wait_for(runs[2])
    with following(alone, f"from={seqs[2]}") as request:
        last = request.wait_for(runs[2])

    assert runs[0] not in text
    assert f"id: {seqs[1]}" in text
    assert runs[1] not in last


def test_reader_who_has_everything_waits(alone: RunningGateway, ours: str) -> None:
    newest = publish(alone, ours, began(new_id("run")))
    fresh = new_id("run")

    with following(alone, last_id=str(newest)) as request:
        publish(alone, ours, began(fresh))
        request.wait_for(fresh)


def test_place_that_the_stream_has_not_reached_is_refused(alone: RunningGateway, ours: str) -> None:
    newest = publish(alone, ours, began(new_id("run")))

    for headers, query in (
        ({"Last-Event-ID": str(newest + 1)}, ""),
        ({"Last-Event-ID": str(newest + 10**9)}, ""),
        ({}, f"?from={newest + 2}"),
    ):
        answer = alone.request("GET", PATH + query, headers=headers)
        assert_problem(answer, 422, "bad_event_id")


def test_place_whose_events_are_not_kept_any_more_is_gone(alone: RunningGateway, ours: str) -> None:
    old = publish(alone, ours, began(new_id("run")))
    seqs = [publish(alone, ours, began(new_id("run"))) for _ in range(2)]

    async def expire() -> None:
        name = topology.EVENTS.name
        await alone.gateway.bus._jetstream.ask(f"STREAM.PURGE.{name}", {"seq": seqs[1]})

    alone.run(expire)

    missed = alone.request("GET", PATH, headers={"Last-Event-ID": str(old)})
    with following(alone, last_id=str(seqs[0])) as request:
        request.wait_for(f"id: {seqs[1]}")

    assert_problem(missed, 410, "events_gone")


@pytest.mark.parametrize("place", ["x", "-1", "1.5", "9" * 19, "9" * 30, "\u0661", "0x1", " 1"])
def test_senseless_places_are_refused(alone: RunningGateway, place: str) -> None:
    assert_problem(alone.request("GET", f"{PATH}?from={quote(place)}"), 422)
    if place.isascii() and place == place.strip():
        assert_problem(alone.request("GET", PATH, headers={"Last-Event-ID": place}), 422)


@pytest.mark.parametrize(
    ("query", "status", "place"),
    [
        ("kind=nonsense", 422, "/kind"),
        ("kind=run.began.v1,nonsense", 422, "/kind"),
        ("kind=skep.v1.event.>", 422, "/kind"),
        ("run=x", 404, None),
        ("run=*", 404, None),
        ("run=app_01ARZ3NDEKTSV4RRFFQ69G5FAV", 404, None),
        ("run=run_01ARZ3NDEKTSV4RRFFQ69G5FAV&kind=app.deleted.v1", 422, "/kind"),
        ("app=nobody", 404, None),
    ],
)
def test_senseless_filters_are_refused(
    alone: RunningGateway, query: str, status: int, place: str | None
) -> None:
    problem = assert_problem(alone.request("GET", f"{PATH}?{query}"), status)

    assert place is None or pointers(problem) == {place}


def test_what_concerns_the_platform_is_for_operators(
    alone: RunningGateway, ours: str, theirs: OtherTenant
) -> None:
    installed = PluginInstalled(name="skep-x", version="1", groups=("skep.nodes",))
    query = "kind=plugin.installed.v1&from=start"
    mark = new_id("run")
    publish(alone, subjects.PLATFORM, installed)
    publish(alone, ours, began(mark))
    publish(alone, theirs.id, began(mark))

    with following(alone, query) as request:
        request.wait_for("skep-x")
    with following(alone, "from=start") as request:
        assert "plugin.installed.v1" in request.wait_for(mark)
    with following(alone, "from=start", key=theirs.key) as request:
        assert "plugin.installed.v1" not in request.wait_for(mark)
    refused = alone.request("GET", f"{PATH}?{query}", key=theirs.key)
    assert_problem(refused, 403, "missing_scope")


def test_what_is_no_event_is_passed_over(alone: RunningGateway, ours: str) -> None:
    mark = new_id("run")
    start = publish(alone, ours, began(new_id("run")))
    subject = subjects.event(ours, "run", new_id("run"), "began")
    alone.run(lambda: _publish_raw(alone, subject, b"{]"))
    publish(alone, ours, began(mark))

    with following(alone, last_id=str(start)) as request:
        request.wait_for(mark)


async def _publish_raw(gateway: RunningGateway, subject: str, data: bytes) -> None:
    gateway.gateway.bus.publish_live(subject, data)
    await gateway.gateway.bus.extent(topology.EVENTS)


def test_reader_who_leaves_takes_the_subscription_along(alone: RunningGateway, ours: str) -> None:
    async def listeners() -> int:
        return len(alone.gateway.bus._connection._listeners)

    mark = new_id("run")
    with following(alone) as request:
        publish(alone, ours, began(mark))
        request.wait_for(mark)
        during = alone.run(listeners)

    until(lambda: alone.run(listeners) < during, timeout_s=5)


def test_patterns_never_leave_the_tenant() -> None:
    for kinds in ([], ["run.began.v1"], list(KINDS)):
        for run in (None, new_id("run")):
            try:
                found = patterns("t_1", kinds=kinds, run_id=run)
            except (Forbidden, InvalidInput):
                continue
            assert found
            assert all(pattern.split(".")[3] == "t_1" for pattern in found)


def test_patterns_are_exact() -> None:
    assert patterns("t_1") == ["skep.v1.event.t_1.*.*.*"]
    assert patterns("t_1", platform=True) == ["skep.v1.event.t_1.*.*.*", "skep.v1.event._.*.*.*"]
    assert patterns("t_1", kinds=["plugin.removed.v1"], platform=True) == [
        "skep.v1.event._.plugin.*.removed"
    ]
    with pytest.raises(NotFound):
        patterns("t_1", run_id="run_*")


def test_every_event_of_the_contracts_can_be_asked_for() -> None:
    modules = {f"{events.__name__}.{each.name}" for each in pkgutil.iter_modules(events.__path__)}

    assert {kind.__module__ for kind in KINDS.values()} == modules


def test_unknown_kinds_are_named() -> None:
    with pytest.raises(InvalidInput, match=r"run\.began\.v1"):
        check_kinds(["run.vanished.v1"], pointer="/kind")
