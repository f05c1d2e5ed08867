"""Plugins that come and go while the gateway runs."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.gateway.tests.support import (
    OtherTenant,
    RunningGateway,
    assert_problem,
    pointers,
    running_gateway,
    until,
)
from skep_contracts import topology
from skep_contracts.plugins import manifest
from skep_gateway.plugins import ask_services
from skep_runtime.bus import Bus
from skep_runtime.plugins import PluginHost

PATH = "/api/v1/plugins"


@pytest.fixture(scope="module")
def alone() -> Iterator[RunningGateway]:
    with pytest.MonkeyPatch.context() as patch, running_gateway() as running:
        patch.setattr(ask_services, "_ANSWER_S", 0.25)  # what is not there need not be waited for
        yield running


def put_in_place(gateway: RunningGateway, name: str, module: str) -> Path:
    folder = Path(gateway.settings.plugins.directory or "") / name
    metadata = folder / f"{name.replace('-', '_')}-2.0.dist-info"
    metadata.mkdir(parents=True)
    (folder / f"{name.replace('-', '_')}.py").write_text(module)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n")
    (metadata / "entry_points.txt").write_text(f"[skep.nodes]\nx = {name.replace('-', '_')}\n")
    return folder


def node_types(gateway: RunningGateway) -> set[str]:
    items = gateway.request("GET", "/api/v1/node-types").json()["items"]
    return {item["type"] for item in items}


def listed(gateway: RunningGateway, name: str) -> dict[str, Any] | None:
    items = gateway.request("GET", PATH).json()["items"]
    return next((item for item in items if item["name"] == name), None)


SHOUT = """
import msgspec
from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription

class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass

@hookimpl
def skep_nodes():
    return [NodeDescription(type="shout", title="Shout", description="Loud.", settings=Settings,
                            outputs=lambda s: (), factory=lambda c: None)]
"""


def test_plugin_comes_and_goes_without_a_restart(alone: RunningGateway) -> None:
    folder = put_in_place(alone, "skep-node-shout", SHOUT)
    body = {"name": "Skep_Node.Shout", "version": "2.0", "groups": ["skep.nodes"]}

    recorded = alone.request("POST", PATH, body)
    until(lambda: "shout" in node_types(alone))
    assert recorded.status == 201
    assert listed(alone, "skep-node-shout") == {
        "name": "skep-node-shout",
        "version": "2.0",
        "groups": ["skep.nodes"],
        "at_run_time": True,
    }

    shutil.rmtree(folder)
    assert alone.request("DELETE", f"{PATH}/skep-node-shout").status == 204
    until(lambda: "shout" not in node_types(alone))
    assert "trial-echo" in node_types(alone)
    assert_problem(alone.request("DELETE", f"{PATH}/skep-node-shout"), 404)


def test_every_service_is_told_by_an_event(alone: RunningGateway) -> None:
    body = {"name": "skep-told", "version": "1", "groups": ["skep.nodes"]}
    alone.request("POST", PATH, body)
    alone.request("DELETE", f"{PATH}/skep-told")

    async def read() -> list[str]:
        pattern = "skep.v1.event._.plugin.skep-told.*"
        bus = alone.gateway.bus
        return [m.subject async for m in bus.replay(topology.EVENTS, [pattern])]

    assert [subject.rpartition(".")[2] for subject in alone.run(read)] == ["installed", "removed"]


def test_services_tell_what_they_have_loaded(alone: RunningGateway) -> None:
    ingest = PluginHost([manifest.PARSERS], alone.settings.plugins, http=alone.gateway.host._http)
    ingest.load()
    buses: list[Bus] = []

    async def begin() -> asyncio.Task[None]:
        buses.append(await Bus.connect(alone.nats.settings(), service="ingest"))
        return asyncio.get_running_loop().create_task(ingest.watch(buses[0]))

    watching = alone.run(begin)

    def ingest_answers() -> bool:
        return bool(alone.request("GET", PATH).json()["services"]["ingest"]["answers"])

    until(ingest_answers)
    shown = alone.request("GET", PATH).json()

    services = shown["services"]
    assert services.keys() == {"gateway", "orchestrator", "ingest", "sandbox"}
    kinds = ("agents", "models", "nodes", "sources", "toolkits", "tools")
    groups = [f"skep.{kind}" for kind in kinds]
    assert {"name": "skep-trial", "version": "1.0", "groups": groups} in (
        services["gateway"]["loaded"]
    )
    assert "skep-trial" not in {plugin["name"] for plugin in services["ingest"]["loaded"]}
    assert services["sandbox"] == {"answers": False, "loaded": []}

    async def end() -> None:
        watching.cancel()
        await buses[0].close()

    alone.run(end)


def test_plugin_that_fails_is_named_and_harms_nothing(alone: RunningGateway) -> None:
    folder = put_in_place(alone, "skep-broken", "raise RuntimeError('no such luck')\n")
    alone.request("POST", PATH, {"name": "skep-broken", "version": "2.0", "groups": ["skep.nodes"]})

    def is_reported() -> bool:
        failures = alone.request("GET", PATH).json()["failures"]
        told = [f for f in failures if (f["service"], f["name"]) == ("gateway", "skep-broken")]
        return any("no such luck" in failure["reason"] for failure in told)

    until(is_reported)
    assert "trial-echo" in node_types(alone)
    shutil.rmtree(folder)
    alone.request("DELETE", f"{PATH}/skep-broken")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": "../../etc"}, "/name"),
        ({"name": "a/b"}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 200}, "/name"),
        ({"groups": []}, "/groups"),
        ({"groups": ["console_scripts"]}, "/groups"),
        ({"version": "1\n2"}, "/version"),
        ({"path": "/tmp"}, "/path"),
    ],
)
def test_senseless_plugins_are_refused(
    gateway: RunningGateway, change: dict[str, Any], place: str
) -> None:
    body = {"name": "skep-x", "version": "1", "groups": ["skep.nodes"], **change}

    assert pointers(assert_problem(gateway.request("POST", PATH, body), 422)) == {place}


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a%2fb", "*", "skep.%3e"])
def test_odd_names_remove_nothing(gateway: RunningGateway, name: str) -> None:
    assert gateway.request("DELETE", f"{PATH}/{name}").status in {404, 405, 422}


def test_only_an_operator_changes_plugins(gateway: RunningGateway, stranger: OtherTenant) -> None:
    body = {"name": "skep-x", "version": "1", "groups": ["skep.nodes"]}

    added = gateway.request("POST", PATH, body, key=stranger.key)
    removed = gateway.request("DELETE", f"{PATH}/skep-x", key=stranger.key)

    assert_problem(added, 403, "missing_scope")
    assert_problem(removed, 403, "missing_scope")
