"""Types, class names and subjects of messages follow one grammar."""

import re
from typing import Any

import msgspec
import pytest

from skep_contracts import catalogue, subjects
from skep_contracts.envelope import Call, Command, Event, Message, message_type
from skep_contracts.topology import SERVICES

# A new verb is added on purpose, once nobody finds one of these that says it.
FACTS = {
    "began",
    "cancelled",
    "deleted",
    "failed",
    "given",
    "indexed",
    "installed",
    "paused",
    "progressed",
    "published",
    "recorded",
    "removed",
    "resumed",
    "succeeded",
    "synced",
    "tripped",
}
ORDERS = {
    "cancel",
    "cancel_move",
    "compare",
    "create",
    "delete",
    "deliver",
    "describe",
    "fill",
    "find_holder",
    "get",
    "index",
    "list",
    "list_fields",
    "list_tags",
    "list_items",
    "list_nodes",
    "list_waits",
    "move",
    "pause",
    "pause_here",
    "parse",
    "preview",
    "purge",
    "read",
    "read_events",
    "reindex",
    "resume",
    "resume_here",
    "retry",
    "rewrite",
    "run",
    "search",
    "start",
    "cancel_sync",
    "start_sync",
    "stop_here",
    "sync",
    "update",
    "verify",
}
TYPE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.v[1-9][0-9]*\Z")
MESSAGES: dict[str, type[Message]] = {
    **catalogue.events(),
    **catalogue.commands(),
    **catalogue.calls(),
}


def words(name: str) -> list[str]:
    """Split ``StartRun`` into words, plurals made singular as far as they matter here."""
    return [word.lower() for word in re.findall(r"[A-Z][a-z0-9]*", name)]


@pytest.mark.parametrize("name", MESSAGES)
def test_type_is_noun_verb_version(name: str) -> None:
    assert TYPE.match(name)


def test_no_type_means_two_things() -> None:
    together = [*catalogue.events(), *catalogue.commands(), *catalogue.calls()]

    assert len(together) == len(set(together))


def test_verbs_are_known() -> None:
    facts = {name.split(".")[1] for name in catalogue.events()}
    orders = {name.split(".")[1] for name in (*catalogue.commands(), *catalogue.calls())}

    assert facts - FACTS == set()
    assert orders - ORDERS == set()


@pytest.mark.parametrize("event", catalogue.events().values(), ids=lambda event: event.__name__)
def test_event_is_named_after_its_type_and_finds_its_subject(event: type[Event]) -> None:
    assert words(event.__name__) == [*event.noun().split("_"), *event.past().split("_")]

    fields = {field.name for field in msgspec.structs.fields(event)}

    assert event.noun_id_field in fields
    subjects.parse(subjects.event("t_1", event.noun(), "id_1", event.past()))


@pytest.mark.parametrize(
    "order",
    [*catalogue.commands().values(), *catalogue.calls().values()],
    ids=lambda order: order.__name__,
)
def test_order_is_named_after_its_type_and_owned_by_one_service(
    order: type[Command] | type[Call],
) -> None:
    noun, verb, _ = message_type(order).split(".")

    assert order.owner in SERVICES
    assert order.__name__.lower().startswith(verb.split("_")[0])
    assert noun.removesuffix("y") in order.__name__.lower()
    assert words(order.__name__) == order.imperative.split("_")
    subjects.parse(subjects.command("t_1", order.owner, order.imperative))


@pytest.mark.parametrize("message", MESSAGES.values(), ids=lambda message: message.__name__)
def test_message_is_frozen_and_reads_what_it_does_not_know(message: type[Message]) -> None:
    config = message.__struct_config__

    assert config.frozen
    assert not config.forbid_unknown_fields, "on the bus, unknown fields are ignored"


def test_replies_are_named_as_such() -> None:
    assert all(name.endswith("Reply") for name in catalogue.replies())


def test_abstract_message_has_no_type() -> None:
    with pytest.raises(TypeError):
        message_type(Event)


def test_noun_id_is_the_field_the_event_names() -> None:
    event: Any = catalogue.events()["app.deleted.v1"]

    assert event(app_id="app_1").noun_id() == "app_1"
