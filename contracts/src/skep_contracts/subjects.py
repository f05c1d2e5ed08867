"""Builds and parses subjects; nothing else in Skep joins dots.

    skep.v1.event.{tenant}.{noun}.{id}.{past_tense}
    skep.v1.command.{tenant}.{owner}.{imperative}
    skep.v1.call.{tenant}.{owner}.{imperative}
    skep.v1.live.{tenant}.run.{run_id}.{channel}
    skep.v1.journal.{tenant}.run.{run_id}
    skep.v1.dead.{tenant}.{consumer}

The kind comes third because storage follows from the prefix, the tenant always fourth because
permissions then are one pattern. Nothing a user typed ever enters a subject.
"""

import re
from enum import StrEnum
from typing import Final

import msgspec

PLATFORM: Final = "_"
"""The tenant token of what belongs to the whole platform."""
_ROOT: Final = "skep.v1"
_TOKEN: Final = re.compile(r"[a-z0-9_]+\Z")
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]+\Z")


class Kind(StrEnum):
    """What a subject carries."""

    EVENT = "event"
    COMMAND = "command"
    CALL = "call"
    LIVE = "live"
    JOURNAL = "journal"
    DEAD = "dead"


class Subject(msgspec.Struct, frozen=True):
    """A parsed subject. `rest` holds the tokens after the tenant."""

    kind: Kind
    tenant: str
    rest: tuple[str, ...]


class BadSubjectError(ValueError):
    """A token breaks the grammar; a defect of the caller, never something a user can cause."""


def _token(text: str) -> str:
    if not _TOKEN.match(text):
        raise BadSubjectError(f"{text!r} is not a subject token")
    return text


def _identifier(text: str) -> str:
    if not _IDENTIFIER.match(text):
        raise BadSubjectError(f"{text!r} is not a subject identifier")
    return text


def event(tenant: str, noun: str, noun_id: str, past: str) -> str:
    """Return the subject of a public fact."""
    return (
        f"{_ROOT}.event.{_identifier(tenant)}.{_token(noun)}.{_identifier(noun_id)}.{_token(past)}"
    )


def command(tenant: str, owner: str, imperative: str) -> str:
    """Return the subject of a durable order to the service `owner`."""
    return f"{_ROOT}.command.{_identifier(tenant)}.{_token(owner)}.{_token(imperative)}"


def call(tenant: str, owner: str, imperative: str) -> str:
    """Return the subject of a request that the service `owner` answers now."""
    return f"{_ROOT}.call.{_identifier(tenant)}.{_token(owner)}.{_token(imperative)}"


def live(tenant: str, run_id: str, channel: str) -> str:
    """Return the subject of one channel of a run's live stream: ``events`` or ``text``."""
    return f"{_ROOT}.live.{_identifier(tenant)}.run.{_identifier(run_id)}.{_token(channel)}"


def live_of_run(tenant: str, run_id: str) -> str:
    """Return the pattern for every live channel of a run."""
    return f"{_ROOT}.live.{_identifier(tenant)}.run.{_identifier(run_id)}.*"


def journal(tenant: str, run_id: str) -> str:
    """Return the subject of a run's log."""
    return f"{_ROOT}.journal.{_identifier(tenant)}.run.{_identifier(run_id)}"


def dead(tenant: str, consumer: str) -> str:
    """Return where messages go that `consumer` gave up on."""
    return f"{_ROOT}.dead.{_identifier(tenant)}.{_identifier(consumer)}"


def calls_to(owner: str, imperative: str) -> str:
    """Return the pattern of one call from any tenant."""
    return f"{_ROOT}.call.*.{_token(owner)}.{_token(imperative)}"


def commands_to(owner: str) -> str:
    """Return the pattern of every command to `owner`."""
    return f"{_ROOT}.command.*.{_token(owner)}.>"


def commands_named(owner: str, imperative: str) -> str:
    """Return the pattern of one command to `owner` from any tenant."""
    return f"{_ROOT}.command.*.{_token(owner)}.{_token(imperative)}"


def events_of(tenant: str = "*", noun: str = "*", noun_id: str = "*", past: str = "*") -> str:
    """Return a pattern of public facts; each part is exact or ``*``."""
    parts = (
        tenant if tenant == "*" else _identifier(tenant),
        noun if noun == "*" else _token(noun),
        noun_id if noun_id == "*" else _identifier(noun_id),
        past if past == "*" else _token(past),
    )
    return f"{_ROOT}.event.{'.'.join(parts)}"


def all_of(kind: Kind) -> str:
    """Return the pattern of everything of a kind."""
    return f"{_ROOT}.{kind}.>"


_SHAPES: Final = {
    Kind.EVENT: 3,
    Kind.COMMAND: 2,
    Kind.CALL: 2,
    Kind.LIVE: 3,
    Kind.JOURNAL: 2,
    Kind.DEAD: 1,
}


def parse(subject: str) -> Subject:
    """Return the parts of a subject built by this module.

    Raises:
        BadSubjectError: The text is no subject of ours.
    """
    tokens = subject.split(".")
    if tokens[:2] != ["skep", "v1"] or len(tokens) < 5:
        raise BadSubjectError(f"{subject!r} does not start with {_ROOT}")
    try:
        kind = Kind(tokens[2])
    except ValueError:
        raise BadSubjectError(f"{subject!r} is of an unknown kind") from None
    rest = tuple(tokens[4:])
    if len(rest) != _SHAPES[kind] or not all(_IDENTIFIER.match(token) for token in tokens[3:]):
        raise BadSubjectError(f"{subject!r} does not follow the grammar of {kind}")
    return Subject(kind=kind, tenant=tokens[3], rest=rest)
