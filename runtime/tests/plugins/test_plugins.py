"""Plugins in folders: loaded, refused, replaced, taken out; and what their factories are given."""

import asyncio
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from skep_contracts.calls.plugin import DescribePlugins, DescribePluginsReply, LoadedPlugin
from skep_contracts.plugins.manifest import CHUNKERS, GROUPS, MODELS, NODES, PluginContext
from skep_contracts.problems import NotFound, Unavailable
from skep_contracts.topology import PLUGINS
from skep_runtime import plugins
from skep_runtime.bus import Bus
from skep_runtime.egress import EgressClient, EgressSettings
from skep_runtime.plugins import PluginHost, PluginSettings
from skep_testing.nats import NatsServer

NODE = """
import msgspec
from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.nodes import NodeDescription
from {module}.title import TITLE

class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str

@hookimpl
def skep_nodes():
    return [
        NodeDescription(
            type="{type}", title=TITLE, description="d", settings=Settings,
            outputs=lambda settings: (), factory=lambda context: None, {more}
        )
    ]
"""


class Folder:
    """The plugins directory of an installation, filled as the command line does it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.hosts: list[PluginHost] = []

    def put(
        self,
        name: str,
        *,
        title: str = "one",
        code: str = NODE,
        group: str = NODES,
        more: str = "",
        node_type: str | None = None,
    ) -> Path:
        module = name.replace("-", "_")
        staging = self.root / ".staging"
        package = staging / module
        package.mkdir(parents=True)
        text = dedent(code).replace("{module}", module).replace("{more}", more)
        (package / "__init__.py").write_text(text.replace("{type}", node_type or name))
        (package / "title.py").write_text(f"TITLE = {title!r}\n")
        info = staging / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\nx = {module}\n")
        self.take_out(name)
        return staging.rename(self.root / name)

    def take_out(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)

    def host(self, *groups: str, **settings: Any) -> PluginHost:
        host = PluginHost(
            groups or (NODES,),
            PluginSettings(directory=str(self.root), **settings),
            http=EgressClient(EgressSettings()),
        )
        host.load()
        self.hosts.append(host)
        return host


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    root = tmp_path / "plugins"
    root.mkdir()
    folder = Folder(root)
    yield folder
    shutil.rmtree(root)
    for host in folder.hosts:
        host.load()
    assert str(root) not in "".join(sys.path)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the name of a plugin that is part of the environment."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(Folder(site).put("skep-node-installed", title="installed")))
    yield "skep-node-installed"
    for name in [name for name in sys.modules if name.startswith("skep_node_installed")]:
        del sys.modules[name]


def reasons(host: PluginHost, name: str) -> list[str]:
    return [failure.reason for failure in host.failures if failure.name == name]


def test_plugin_in_a_folder_is_offered(folder: Folder) -> None:
    folder.put("skep-node-shout", title="Shout")

    host = folder.host()

    assert host.nodes["skep-node-shout", 1].title == "Shout"
    assert reasons(host, "skep-node-shout") == []
    assert host.generation == 1


def test_plugins_of_the_environment_are_offered(folder: Folder, installed: str) -> None:
    host = folder.host()

    assert host.nodes[installed, 1].title == "installed"


def test_only_groups_that_are_hosted_are_imported(folder: Folder) -> None:
    folder.put("skep-chunker-x", code="raise SystemExit", group=CHUNKERS)

    host = folder.host(MODELS)

    assert reasons(host, "skep-chunker-x") == []
    assert "skep_chunker_x" not in sys.modules


def test_nothing_changes_when_nothing_changed(folder: Folder) -> None:
    folder.put("skep-node-shout")
    host = folder.host()
    nodes = host.nodes

    host.load()

    assert host.generation == 1
    assert host.nodes is nodes


def test_plugin_that_comes_later_is_offered(folder: Folder) -> None:
    host = folder.host()

    folder.put("skep-node-shout")
    host.load()

    assert ("skep-node-shout", 1) in host.nodes
    assert host.generation == 2


def test_plugin_that_is_taken_out_is_gone_with_its_modules(folder: Folder) -> None:
    path = folder.put("skep-node-shout")
    host = folder.host()
    assert "skep_node_shout.title" in sys.modules

    folder.take_out("skep-node-shout")
    host.load()

    assert ("skep-node-shout", 1) not in host.nodes
    assert not [name for name in sys.modules if name.startswith("skep_node_shout")]
    assert str(path) not in sys.path


def test_plugin_put_in_place_of_another_build_is_the_new_one(folder: Folder) -> None:
    folder.put("skep-node-shout", title="one")
    host = folder.host()
    held = host.nodes

    folder.put("skep-node-shout", title="two")
    host.load()

    assert host.nodes["skep-node-shout", 1].title == "two"
    assert held["skep-node-shout", 1].title == "one"


def test_plugin_edited_in_place_is_loaded_anew_on_request(folder: Folder) -> None:
    path = folder.put("skep-node-shout", title="one")
    host = folder.host()

    title = path / "skep_node_shout" / "title.py"
    title.write_text("TITLE = 'edited'\n")
    os.utime(title, (1, time.time() + 10))
    host.load(again="skep-node-shout")

    assert host.nodes["skep-node-shout", 1].title == "edited"


def test_library_beside_a_plugin_can_be_imported_late(folder: Folder) -> None:
    code = NODE.replace("factory=lambda context: None", "factory=lambda context: late()")
    code += "\ndef late():\n    import vendored_by_shout\n    return vendored_by_shout.NAME\n"
    path = folder.put("skep-node-shout", code=code)
    (path / "vendored_by_shout.py").write_text("NAME = 'vendored'\n")
    host = folder.host()

    made: Any = host.nodes["skep-node-shout", 1].factory(host.context("skep-node-shout"))

    assert made == "vendored"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise ValueError('boom')", "ValueError: boom"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def", "SyntaxError"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("", "offers nothing there"),
        ("@hookimpl\ndef skep_nods(): ...", "unknown hook 'skep_nods'"),
        ("@hookimpl\ndef skep_nodes(secret): ...", "secret"),
        ("@hookimpl\ndef skep_nodes(): raise ValueError('boom')", "ValueError: boom"),
        ("@hookimpl\ndef skep_nodes(): return [1]", "offers int in place of NodeDescription"),
        ("@hookimpl\ndef skep_nodes(): return 1", "not iterable"),
        ("@hookimpl\ndef skep_nodes(): return []", "offers nothing there"),
    ],
)
def test_plugin_that_fails_is_recorded_and_harms_nothing(
    folder: Folder, code: str, reason: str
) -> None:
    marker = "from skep_contracts.plugins.manifest import hookimpl\n"
    folder.put("skep-node-bad", code=marker + code)
    folder.put("skep-node-good")

    host = folder.host()

    assert reason in reasons(host, "skep-node-bad")[0]
    assert ("skep-node-good", 1) in host.nodes


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("version='2'", "Expected `int`"),
        ("effect='sometimes'", "Invalid enum value"),
        ("ports=3", "ports cannot be called"),
        ("raw_fields=3", "Expected `array`"),
    ],
)
def test_description_that_breaks_its_types_is_refused(
    folder: Folder, more: str, reason: str
) -> None:
    folder.put("skep-node-bad", more=more)

    assert reason in reasons(folder.host(), "skep-node-bad")[0]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("settings=Settings", "settings=dict", "Struct"),
        ("settings=Settings", "settings=3", "Struct"),
        ("factory=lambda context: None", "factory=None", "factory cannot be called"),
        ("title=TITLE", "title=None", "Expected `str`"),
        ("text: str", "text: complex", "not supported"),
    ],
)
def test_description_that_cannot_be_used_is_refused(
    folder: Folder, before: str, after: str, reason: str
) -> None:
    folder.put("skep-node-bad", code=NODE.replace(before, after))

    assert reason in reasons(folder.host(), "skep-node-bad")[0]


@pytest.mark.parametrize("node_type", ["", "Shout", "a b", "../x", "x" * 65])
def test_node_type_with_odd_letters_is_refused(folder: Folder, node_type: str) -> None:
    folder.put("skep-node-bad", code=NODE.replace("{type}", node_type))

    assert "cannot be a type" in reasons(folder.host(), "skep-node-bad")[0]


def test_second_plugin_of_one_node_type_is_recorded(folder: Folder) -> None:
    folder.put("skep-node-a", node_type="same", title="first")
    folder.put("skep-node-b", node_type="same", title="second")

    host = folder.host()

    assert host.nodes["same", 1].title == "first"
    assert reasons(host, "skep-node-b") == ["('same', 1) is already offered by skep-node-a"]


def test_other_version_of_a_node_type_is_no_duplicate(folder: Folder) -> None:
    folder.put("skep-node-a", node_type="same")
    folder.put("skep-node-b", node_type="same", more="version=2")

    host = folder.host()

    assert {("same", 1), ("same", 2)} <= set(host.nodes)


def test_plugin_of_the_environment_cannot_be_replaced_by_a_folder(
    folder: Folder, installed: str
) -> None:
    folder.put(installed, title="intruder", node_type="intruder")

    host = folder.host()

    assert host.nodes[installed, 1].title == "installed"
    assert ("intruder", 1) not in host.nodes
    assert "a module skep_node_installed from elsewhere" in reasons(host, installed)[0]


def test_plugin_that_hangs_is_left_behind(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "_LOAD_S", 0.3)
    folder.put("skep-node-bad", code="import time\ntime.sleep(2)")
    folder.put("skep-node-good")

    host = folder.host()

    assert "not loaded after" in reasons(host, "skep-node-bad")[0]
    assert ("skep-node-good", 1) in host.nodes


def test_mended_plugin_is_offered_after_all(folder: Folder) -> None:
    folder.put("skep-node-shout", code="raise ValueError")
    host = folder.host()

    folder.put("skep-node-shout")
    host.load()

    assert ("skep-node-shout", 1) in host.nodes
    assert reasons(host, "skep-node-shout") == []


@pytest.mark.parametrize("garbage", ["file", "empty", "broken", "hidden"])
def test_what_is_no_plugin_is_passed_over(folder: Folder, garbage: str) -> None:
    folder.put("skep-node-good")
    match garbage:
        case "file":
            (folder.root / "README").write_text("x")
        case "empty":
            (folder.root / "nothing").mkdir()
        case "broken":
            info = folder.root / "broken" / "x-1.dist-info"
            info.mkdir(parents=True)
            (info / "entry_points.txt").write_text("[skep.nodes]\n= = =\n")
        case _:
            folder.put("skep-node-hidden").rename(folder.root / ".hidden")

    host = folder.host()

    assert ("skep-node-good", 1) in host.nodes
    assert ("skep-node-hidden", 1) not in host.nodes


def test_module_that_is_no_package_is_loaded_once(folder: Folder) -> None:
    path = folder.put("skep-node-shout")
    module = path / "skep_node_shout"
    code = (module / "__init__.py").read_text().replace("from skep_node_shout.title import", "#")
    shutil.rmtree(module)
    (path / "skep_node_shout.py").write_text("TITLE = 'single'\n" + code)
    host = folder.host()

    host.load()

    assert host.nodes["skep-node-shout", 1].title == "single"
    assert host.generation == 1


def test_relative_directory_is_followed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.root.parent)
    folder.put("skep-node-shout")
    settings = PluginSettings(directory=folder.root.name)
    host = PluginHost([NODES], settings, http=EgressClient(EgressSettings()))

    host.load()
    folder.hosts.append(host)

    assert ("skep-node-shout", 1) in host.nodes


def test_missing_directory_means_no_plugins_there(tmp_path: Path, installed: str) -> None:
    settings = PluginSettings(directory=str(tmp_path / "none"))
    host = PluginHost([NODES], settings, http=EgressClient(EgressSettings()))

    host.load()

    assert (installed, 1) in host.nodes


def test_every_group_can_be_hosted(folder: Folder, installed: str) -> None:
    host = folder.host(*GROUPS)

    assert (installed, 1) in host.nodes


def test_factory_gets_a_logger_a_folder_and_the_operators_settings(
    folder: Folder, tmp_path: Path
) -> None:
    folder.put("skep-node-shout", node_type="shout")
    configured = json.dumps({"node-shout": {"loud": True}})
    host = folder.host(data_dir=str(tmp_path / "data"), settings=configured)

    context: PluginContext = host.context("shout")

    assert context.settings == {"loud": True}
    assert context.logger is logging.getLogger("skep.plugin.skep-node-shout")
    assert context.data_dir == str(tmp_path / "data" / "skep-node-shout")
    assert Path(context.data_dir).is_dir()
    assert context.now_s() == pytest.approx(time.time(), abs=5)
    assert host.context("skep-node-shout").settings == {"loud": True}
    assert host.context(host.nodes["shout", 1]).settings == {"loud": True}


def test_context_of_an_unknown_plugin_is_not_found(folder: Folder) -> None:
    folder.put("skep-node-shout")
    host = folder.host()
    held = host.nodes["skep-node-shout", 1]
    folder.take_out("skep-node-shout")
    host.load()

    for owner in ("nothing", "skep-node-shout", held):
        with pytest.raises(NotFound):
            host.context(owner)


def test_folder_for_data_is_refused_where_none_is_configured(folder: Folder) -> None:
    folder.put("skep-node-shout")
    context = folder.host().context("skep-node-shout")

    assert context.settings == {}
    with pytest.raises(Unavailable, match="SKEP_PLUGINS__DATA_DIR"):
        _ = context.data_dir


@pytest.mark.parametrize("settings", ["[]", "{", '{"a": 1}', "x"])
def test_settings_that_are_not_json_objects_are_refused(settings: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PluginSettings(settings=settings)


@pytest.fixture
def nats() -> Iterator[NatsServer]:
    with NatsServer() as server:
        yield server


def fail() -> None:
    raise LookupError


async def test_plugins_come_and_go_while_the_service_runs(folder: Folder, nats: NatsServer) -> None:
    bus = await Bus.connect(nats.settings(), service="test")
    await bus.ensure_topology()
    bucket = bus.bucket(PLUGINS)
    host = folder.host()
    changed = asyncio.Event()
    host.on_change(fail)
    host.on_change(changed.set)

    async def until_changed() -> None:
        async with asyncio.timeout(5):
            await changed.wait()
        changed.clear()

    folder.put("skep-node-early")
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(host.watch(bus))
        await until_changed()
        assert ("skep-node-early", 1) in host.nodes

        folder.put("skep-node-shout", title="one")
        await bucket.put("skep-node-shout", b'{"name":"skep-node-shout"}')
        await until_changed()
        assert host.nodes["skep-node-shout", 1].title == "one"

        folder.put("skep-node-shout", title="two")
        await bucket.put("skep-node-shout", b'{"name":"skep-node-shout"}')
        await until_changed()
        assert host.nodes["skep-node-shout", 1].title == "two"

        folder.take_out("skep-node-shout")
        await bucket.delete("skep-node-shout")
        await until_changed()
        assert ("skep-node-shout", 1) not in host.nodes
        watching.cancel()
    await bus.close()


async def test_service_tells_what_it_has_loaded_when_it_is_named(
    folder: Folder, nats: NatsServer
) -> None:
    bus = await Bus.connect(nats.settings(), service="ingest")
    await bus.ensure_topology()
    folder.put("skep-node-good")
    folder.put("skep-node-bad", code="raise RuntimeError('no such luck')")
    host = folder.host()

    async def ask(service: str) -> DescribePluginsReply | None:
        return await bus.broadcast(
            DescribePlugins(service=service), tenant="_", reply=DescribePluginsReply, timeout_s=0.5
        )

    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(host.watch(bus))
        await asyncio.sleep(0.1)
        told, silent = await ask("ingest"), await ask("sandbox")
        watching.cancel()
    await bus.close()

    assert silent is None
    assert told is not None
    good = [each for each in told.loaded if each.name.startswith("skep-node-g")]
    assert good == [LoadedPlugin(name="skep-node-good", version="1.0", groups=(NODES,))]
    assert [(f.name, f.group) for f in told.failures] == [("skep-node-bad", NODES)]
    assert "no such luck" in told.failures[0].reason
    assert all(each.name != "skep-node-bad" for each in told.loaded)
