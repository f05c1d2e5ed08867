"""Loads plugins: those of the environment, and those in folders, which may come and go."""

import asyncio
import importlib
import importlib.metadata
import logging
import os
import re
import sys
import threading
import time
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pluggy

from skep_contracts.calls.plugin import (
    DescribePlugins,
    DescribePluginsReply,
    FailedPlugin,
    LoadedPlugin,
)
from skep_contracts.plugins import manifest
from skep_contracts.plugins.agents import AgentHooks, StrategyDescription
from skep_contracts.plugins.guardrails import GuardrailDescription, GuardrailHooks
from skep_contracts.plugins.importers import ImporterDescription, ImporterHooks
from skep_contracts.plugins.models import ModelHooks, ProviderDescription
from skep_contracts.plugins.nodes import NodeDescription, NodeHooks
from skep_contracts.plugins.parsers import (
    ChunkerDescription,
    ChunkerHooks,
    ParserDescription,
    ParserHooks,
)
from skep_contracts.plugins.runtimes import RuntimeDescription, RuntimeHooks
from skep_contracts.plugins.sources.kinds import SourceDescription, SourceHooks
from skep_contracts.plugins.stores import StoreDescription, StoreHooks
from skep_contracts.plugins.toolkits import ToolkitDescription, ToolkitHooks
from skep_contracts.plugins.tools import ToolDescription, ToolHooks
from skep_contracts.problems import NotFound, Unavailable
from skep_contracts.topology import PLUGINS

if TYPE_CHECKING:
    from skep_runtime.bus import Bus

_LOG: Final = logging.getLogger(__name__)
_LOAD_S: Final = 15.0
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}\Z")
_EXTENSIONS: Final[dict[str, tuple[type, str, type[msgspec.Struct], str]]] = {
    manifest.MODELS: (ModelHooks, "skep_providers", ProviderDescription, "providers"),
    manifest.NODES: (NodeHooks, "skep_nodes", NodeDescription, "nodes"),
    manifest.TOOLS: (ToolHooks, "skep_tools", ToolDescription, "tools"),
    manifest.TOOLKITS: (ToolkitHooks, "skep_toolkits", ToolkitDescription, "toolkits"),
    manifest.GUARDRAILS: (GuardrailHooks, "skep_guardrails", GuardrailDescription, "guardrails"),
    manifest.AGENTS: (AgentHooks, "skep_strategies", StrategyDescription, "strategies"),
    manifest.PARSERS: (ParserHooks, "skep_parsers", ParserDescription, "parsers"),
    manifest.CHUNKERS: (ChunkerHooks, "skep_chunkers", ChunkerDescription, "chunkers"),
    manifest.STORES: (StoreHooks, "skep_stores", StoreDescription, "stores"),
    manifest.RUNTIMES: (RuntimeHooks, "skep_runtimes", RuntimeDescription, "runtimes"),
    manifest.IMPORTERS: (ImporterHooks, "skep_importers", ImporterDescription, "importers"),
    manifest.SOURCES: (SourceHooks, "skep_sources", SourceDescription, "sources"),
}
"""By group: its hooks, the one hook, what that returns, and the host's attribute that holds it."""


class PluginSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where plugins are beside the environment, and what the operator set for them."""

    directory: str | None = None
    """Holds one folder per plugin, filled as with ``pip install --target``."""
    data_dir: str | None = None
    settings: str = ""
    """JSON: the settings of each plugin, by distribution name with or without ``skep-``."""

    def by_plugin(self) -> dict[str, dict[str, Any]]:
        """Return `settings` decoded."""
        return msgspec.json.decode(self.settings or "{}", type=dict[str, dict[str, Any]])

    def __post_init__(self) -> None:
        """Refuse settings that are not JSON."""
        self.by_plugin()


class _Distribution(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    folder: Path | None  # None: part of the environment
    version: str
    mark: object  # differs when another build is put in its place
    entries: tuple[importlib.metadata.EntryPoint, ...]


class _Loaded(msgspec.Struct, frozen=True, kw_only=True):
    distribution: _Distribution
    offers: tuple[tuple[str, Any], ...] = ()  # group and description
    failures: tuple[FailedPlugin, ...] = ()


class PluginHost:
    """What the plugins of some groups offer. One that fails is recorded and harms nothing else.

    The mappings are by name, nodes by type and version. A change replaces a mapping, so that one
    that is held stays as it is.
    """

    def __init__(
        self, groups: Sequence[str], settings: PluginSettings, *, http: manifest.HttpClient
    ) -> None:
        """Host `groups`; nothing is imported before `load`. Plugins get `http` to go out with."""
        self.nodes: Mapping[tuple[str, int], NodeDescription] = {}
        self.providers: Mapping[str, ProviderDescription] = {}
        self.tools: Mapping[str, ToolDescription] = {}
        self.toolkits: Mapping[str, ToolkitDescription] = {}
        self.guardrails: Mapping[str, GuardrailDescription] = {}
        self.strategies: Mapping[str, StrategyDescription] = {}
        self.parsers: Mapping[str, ParserDescription] = {}
        self.chunkers: Mapping[str, ChunkerDescription] = {}
        self.stores: Mapping[str, StoreDescription] = {}
        self.runtimes: Mapping[str, RuntimeDescription] = {}
        self.importers: Mapping[str, ImporterDescription] = {}
        self.sources: Mapping[str, SourceDescription] = {}
        self.failures: tuple[FailedPlugin, ...] = ()
        self.generation = 0
        self._groups = tuple(groups)
        self._settings = settings
        self._http = http
        self._loaded: dict[str, _Loaded] = {}
        self._owners: dict[str | int, str] = {}  # by description, name and distribution
        self._listeners: list[Callable[[], None]] = []
        self._is_describing = False
        self._loading = threading.Lock()

    def load(self, *, again: str | None = None) -> None:
        """Load what is new, replace what changed, unload what is gone; safe to repeat.

        Args:
            again: A distribution to load anew even if it looks the same.
        """
        with self._loading:
            wanted: dict[str, _Distribution] = {}
            for found in self._discover():
                # A second one of a name fails to load, and is listed for that.
                key = found.name if found.name not in wanted else f"{found.name} in {found.folder}"
                wanted[key] = found
            before = dict(self._loaded)
            for key, loaded in before.items():
                is_same = key in wanted and wanted[key].mark == loaded.distribution.mark
                if not is_same or (key == again and loaded.distribution.folder):
                    del self._loaded[key]
                    _purge(loaded.distribution.folder)
            for key, found in wanted.items():
                if key not in self._loaded:
                    self._loaded[key] = _load(found)
            if before != self._loaded or not self.generation:
                self._publish(self._loaded[key] for key in wanted)

    def _discover(self) -> Iterator[_Distribution]:
        """Yield what there is to load, the environment's distributions first."""
        root = self._settings.directory and Path(self._settings.directory).resolve()
        folders = sorted(root.iterdir()) if root and root.is_dir() else []
        folders = [each for each in folders if each.is_dir() and not each.name.startswith(".")]
        environment = [entry for entry in sys.path if Path(entry) not in folders]
        yield from self._read(None, environment)
        for folder in folders:
            yield from self._read(folder, [str(folder)])

    def _read(self, folder: Path | None, path: list[str]) -> list[_Distribution]:
        found: dict[str, _Distribution] = {}
        for distribution in importlib.metadata.distributions(path=path):
            try:
                entries = tuple(e for e in distribution.entry_points if e.group in self._groups)
                if not entries:  # most of them: reading metadata takes much longer than this
                    continue
                name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
                mark = folder and [
                    (each.name, each.stat().st_ino, each.stat().st_mtime_ns)
                    for each in sorted(folder.glob("*.dist-info"))  # imports write beside these
                ]
            except (TypeError, KeyError, ValueError, OSError):  # damaged, or just being replaced
                _LOG.warning("package without metadata passed over", extra={"path": str(folder)})
                continue
            version = str(distribution.metadata["Version"] or "")
            one = _Distribution(
                name=name, folder=folder, version=version, mark=mark, entries=entries
            )
            found.setdefault(name, one)
        return [found[name] for name in sorted(found)]

    def _publish(self, loaded: Iterable[_Loaded]) -> None:
        """Replace what the host offers by what these offer; the first of a name wins."""
        offers: dict[str, dict[Any, Any]] = {group: {} for group in _EXTENSIONS}
        owners: dict[str | int, str] = {}
        failures: list[FailedPlugin] = []
        for each in loaded:
            name = each.distribution.name
            failures += each.failures
            for group, offer in each.offers:
                label = offer.type if group == manifest.NODES else offer.name
                key = (label, offer.version) if group == manifest.NODES else label
                if key in offers[group]:
                    reason = f"{key} is already offered by {owners[id(offers[group][key])]}"
                    failures.append(FailedPlugin(name=name, group=group, reason=reason))
                else:
                    offers[group][key] = offer
                    owners[id(offer)] = owners[name] = name
                    owners.setdefault(label, name)
        for group, (_, _, _, attribute) in _EXTENSIONS.items():
            setattr(self, attribute, offers[group])
        self._owners, self.failures = owners, tuple(failures)
        self.generation += 1

    def context(self, owner: str | msgspec.Struct) -> manifest.PluginContext:
        """Return what a factory is given.

        Args:
            owner: A description, or a distribution, or the name or node type of what is offered.

        Raises:
            NotFound: No such plugin is loaded.
        """
        name = self._owners.get(owner if isinstance(owner, str) else id(owner))
        if name is None:
            what = owner if isinstance(owner, str) else "this"
            raise NotFound(f"No plugin that offers {what} is loaded.", code="unknown_plugin")
        return _Context(name, self._settings, self._http)

    def describe(self) -> DescribePluginsReply:
        """Tell what is loaded and what is not."""
        failed = {each.name for each in self.failures}
        return DescribePluginsReply(
            loaded=tuple(
                LoadedPlugin(
                    name=each.distribution.name,
                    version=each.distribution.version,
                    groups=tuple(sorted({entry.group for entry in each.distribution.entries})),
                )
                for each in tuple(self._loaded.values())  # another thread may be loading
                if each.offers or each.distribution.name not in failed
            ),
            failures=self.failures,
        )

    def on_change(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every later change, on the event loop."""
        self._listeners.append(callback)

    async def watch(self, bus: "Bus") -> None:
        """Follow what is installed and removed at run time, until cancelled.

        From then on, `DescribePlugins` to the service of `bus` is answered.
        """
        from skep_runtime.bus import Ready

        if not self._is_describing:
            self._is_describing = True
            bus.answer_broadcast(DescribePlugins, partial(self._described, bus.service))
        is_ready = False
        async for change in bus.bucket(PLUGINS).watch():
            is_ready = is_ready or isinstance(change, Ready)
            if is_ready:
                before = self.generation
                await asyncio.to_thread(self.load, again=getattr(change, "key", None))
                if self.generation != before:
                    self._tell()

    async def _described(
        self, service: str, call: DescribePlugins, _incoming: object
    ) -> DescribePluginsReply | None:
        return self.describe() if call.service == service else None

    def _tell(self) -> None:
        for callback in self._listeners:
            try:
                callback()
            except Exception:  # noqa: BLE001  # the other listeners must still hear of it
                _LOG.exception("plugin listener failed")


class _Context:
    """Implements `PluginContext`."""

    def __init__(self, name: str, settings: PluginSettings, http: manifest.HttpClient) -> None:
        self.http = http
        self.logger = logging.getLogger(f"skep.plugin.{name}")
        configured = settings.by_plugin()
        self.settings = configured.get(name) or configured.get(name.removeprefix("skep-")) or {}
        self._name = name
        self._root = settings.data_dir

    @property
    def data_dir(self) -> str:
        if self._root is None:
            raise Unavailable("Plugins have no place to keep data: set SKEP_PLUGINS__DATA_DIR.")
        folder = Path(self._root) / self._name
        folder.mkdir(parents=True, exist_ok=True)
        return str(folder)

    def now_s(self) -> float:
        return time.time()


def _load(distribution: _Distribution) -> _Loaded:
    """Import a plugin and ask what it offers, on a thread that is left behind if it hangs."""
    outcome: list[_Loaded] = []
    thread = threading.Thread(target=lambda: outcome.append(_ask(distribution)), daemon=True)
    thread.start()
    thread.join(_LOAD_S)
    loaded = outcome[0] if outcome else _failed(distribution, f"not loaded after {_LOAD_S:g} s")
    for failure in loaded.failures:
        _LOG.warning("plugin left out", extra={"plugin": failure.name, "reason": failure.reason})
        _purge(distribution.folder)
    return loaded


def _failed(distribution: _Distribution, reason: str) -> _Loaded:
    failure = FailedPlugin(
        name=distribution.name, group=distribution.entries[0].group, reason=reason
    )
    return _Loaded(distribution=distribution, failures=(failure,))


def _ask(distribution: _Distribution) -> _Loaded:
    # A manager for each: one plugin's misspelt hook, or exception, then is that plugin's alone.
    manager = pluggy.PluginManager(manifest.PROJECT)
    for hooks, *_ in _EXTENSIONS.values():
        manager.add_hookspecs(hooks)
    try:
        if distribution.folder:
            sys.path.append(str(distribution.folder))  # last: it shadows nothing
            importlib.invalidate_caches()
        for entry in distribution.entries:
            plugin = entry.load()
            _check_origin(entry.module, distribution.folder)
            if not manager.is_registered(plugin):
                manager.register(plugin)
        manager.check_pending()
        offers = [
            (group, offer)
            for group in sorted({entry.group for entry in distribution.entries})
            for offered in getattr(manager.hook, _EXTENSIONS[group][1])()
            for offer in offered
        ]
        for group, offer in offers:
            _check(offer, _EXTENSIONS[group][2])
        missing = {entry.group for entry in distribution.entries} - {group for group, _ in offers}
        if missing:
            raise ValueError(f"declares {', '.join(sorted(missing))} and offers nothing there")
    except BaseException as error:  # noqa: BLE001  # even SystemExit is the plugin's own affair
        return _failed(distribution, f"{type(error).__name__}: {error}")
    return _Loaded(distribution=distribution, offers=tuple(offers))


def _check_origin(module: str, folder: Path | None) -> None:
    file = getattr(sys.modules.get(module), "__file__", None)
    if folder and not (file and Path(file).is_relative_to(folder)):
        raise ImportError(f"a module {module} from elsewhere is already loaded")


def _check(offer: Any, kind: type[msgspec.Struct]) -> None:
    """Hold a description to its declared types, which its constructor does not do."""
    if not isinstance(offer, kind):
        raise TypeError(f"offers {type(offer).__name__} in place of {kind.__name__}")
    for field in msgspec.structs.fields(kind):
        value = getattr(offer, field.name)
        if "Callable" in str(field.type):
            if not callable(value) and not (value is None and field.default is None):
                raise TypeError(f"{field.name} cannot be called")
        elif typing.get_origin(field.type) is type:
            if not (isinstance(value, type) and issubclass(value, msgspec.Struct)):
                raise TypeError(f"{field.name} is not a Struct")
            msgspec.json.schema(value)  # the form is drawn from it
        else:
            msgspec.convert(value, field.type)
            msgspec.json.encode(value)
        if field.name in {"name", "type"} and not _NAME.match(value):
            raise ValueError(f"{value!r} cannot be a {field.name}")


def _purge(folder: Path | None) -> None:
    """Forget every module that came from `folder`, so that the next import reads it anew."""
    if folder is None:
        return
    inside = f"{folder}{os.sep}"
    for name, module in list(sys.modules.items()):
        places = getattr(module, "__dict__", {})
        origin = places.get("__file__") or next(iter(places.get("__path__") or ()), "")
        if str(origin).startswith(inside):
            del sys.modules[name]
    if str(folder) in sys.path:
        sys.path.remove(str(folder))
    for path in [p for p in sys.path_importer_cache if f"{p}{os.sep}".startswith(inside)]:
        del sys.path_importer_cache[path]
