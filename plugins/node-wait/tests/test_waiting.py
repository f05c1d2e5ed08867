"""Until when, and what came."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from skep_contracts.plugins.nodes import NodeResult, NodeWait
from skep_contracts.problems import InvalidInput
from skep_node_wait.settings import WaitSettings
from skep_node_wait.waiting import WaitNode
from skep_testing.conformance.nodes import FakeNodeContext, FakePluginContext

NOW = 1_700_000_000


def run(
    settings: dict[str, Any], resumption: dict[str, Any] | None = None, value: object = None
) -> NodeResult | NodeWait:
    context = FakeNodeContext({"v": {"x": value}}, resumption=resumption)
    decoded = msgspec.convert(settings, WaitSettings)
    return asyncio.run(WaitNode(FakePluginContext()).run(context, decoded))


@pytest.mark.parametrize(
    ("settings", "value", "due"),
    [
        ({"seconds": 90}, None, NOW + 90),
        ({"seconds": "{{v.x}}"}, 1.5, NOW + 1.5),
        ({"seconds": "{{v.x}}"}, "90", NOW + 90),
        ({"until": "2023-11-14T23:13:20Z"}, None, NOW + 3600),
        ({"until": "2023-11-14T23:13:20"}, None, NOW + 3600),
        ({"until": "{{v.x}}"}, "2023-11-15T00:13:20+01:00", NOW + 3600),
    ],
)
def test_time_is_waited_for(settings: dict[str, Any], value: object, due: float) -> None:
    wait = run(settings, value=value)

    assert wait == NodeWait(kind="time", until=datetime.fromtimestamp(due, UTC))


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ({"seconds": 0}, None),
        ({"seconds": "{{v.x}}"}, -5),
        ({"until": "2001-01-01"}, None),
    ],
)
def test_time_that_is_past_is_not_waited_for(settings: dict[str, Any], value: object) -> None:
    assert run(settings, value=value) == NodeResult(outputs={"answer": None, "timed_out": False})


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ({"seconds": "{{v.x}}"}, "soon"),
        ({"seconds": "{{v.x}}"}, True),
        ({"seconds": "{{v.x}}"}, 1e300),
        ({"until": "{{v.x}}"}, "tomorrow"),
        ({"until": "{{v.x}}"}, 7),
        ({"until": "9999-12-31T23:59:59-23:59"}, None),
    ],
)
def test_what_is_no_time_is_a_problem(settings: dict[str, Any], value: object) -> None:
    with pytest.raises(InvalidInput):
        run(settings, value=value)


def test_callback_gives_what_was_sent() -> None:
    assert run({"callback": True}) == NodeWait(kind="callback")
    assert run({"callback": True}, {"body": [1, None]}) == NodeResult(
        outputs={"answer": [1, None], "timed_out": False}
    )


def test_callback_that_does_not_come_is_told() -> None:
    settings = {"callback": True, "timeout_s": 60}

    wait = run(settings)

    assert wait == NodeWait(kind="callback", until=datetime.fromtimestamp(NOW + 60, UTC))
    assert run(settings, {"timed_out": True}) == NodeResult(
        outputs={"answer": None, "timed_out": True}
    )


def test_caller_cannot_make_it_time_out() -> None:
    result = run({"callback": True}, {"body": {"timed_out": True}})

    assert isinstance(result, NodeResult)
    assert result.outputs["timed_out"] is False
