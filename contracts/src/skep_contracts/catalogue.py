"""Every message there is, by its type string: for schemas, documentation and subscriptions."""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Final, TypeVar

from skep_contracts.envelope import Call, Command, Event, Message, Reply, message_type

_PACKAGES: Final = ("events", "commands", "calls")
C = TypeVar("C")
M = TypeVar("M", bound=Message)


@cache
def events() -> Mapping[str, type[Event]]:
    """Return the public facts by type, such as ``run.succeeded.v1``."""
    return _by_type(_below(Event))


@cache
def commands() -> Mapping[str, type[Command]]:
    """Return the durable orders by type."""
    return _by_type(_below(Command))


@cache
def calls() -> Mapping[str, type[Call]]:
    """Return the requests that are answered at once, by type."""
    return _by_type(_below(Call))


@cache
def replies() -> Mapping[str, type[Reply]]:
    """Return the answers to calls by the name of their class; they travel without a type string."""
    return MappingProxyType(dict(sorted((found.__name__, found) for found in _below(Reply))))


def _by_type(classes: Iterable[type[M]]) -> Mapping[str, type[M]]:
    return MappingProxyType(dict(sorted((message_type(found), found) for found in classes)))


def _below(root: type[C]) -> Iterator[type[C]]:
    """Yield the classes of the contracts below `root`; a stranger's subclass is none of them."""
    for package in _PACKAGES:
        path = import_module(f"skep_contracts.{package}").__path__
        for module in pkgutil.iter_modules(path):
            import_module(f"skep_contracts.{package}.{module.name}")
    for found in root.__subclasses__():
        if found.__module__.startswith("skep_contracts."):
            yield found
