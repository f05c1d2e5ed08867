"""Subjects parse back, and nothing a user typed can enter one."""

import re
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from skep_contracts import subjects
from skep_contracts.subjects import BadSubjectError, Kind

tokens = st.from_regex(r"[a-z0-9_]{1,20}", fullmatch=True)
identifiers = st.from_regex(r"[A-Za-z0-9_-]{1,30}", fullmatch=True)


@given(tenant=identifiers, noun=tokens, noun_id=identifiers, past=tokens)
def test_event_parses_back(tenant: str, noun: str, noun_id: str, past: str) -> None:
    subject = subjects.parse(subjects.event(tenant, noun, noun_id, past))

    assert (subject.kind, subject.tenant) == (Kind.EVENT, tenant)
    assert subject.rest == (noun, noun_id, past)


@given(tenant=identifiers, owner=tokens, imperative=tokens)
def test_command_and_call_parse_back(tenant: str, owner: str, imperative: str) -> None:
    command = subjects.parse(subjects.command(tenant, owner, imperative))
    call = subjects.parse(subjects.call(tenant, owner, imperative))

    assert (command.kind, command.rest) == (Kind.COMMAND, (owner, imperative))
    assert (call.kind, call.rest) == (Kind.CALL, (owner, imperative))


@given(tenant=identifiers, run_id=identifiers, channel=tokens)
def test_run_subjects_parse_back(tenant: str, run_id: str, channel: str) -> None:
    live = subjects.parse(subjects.live(tenant, run_id, channel))
    journal = subjects.parse(subjects.journal(tenant, run_id))

    assert (live.kind, live.rest) == (Kind.LIVE, ("run", run_id, channel))
    assert (journal.kind, journal.rest) == (Kind.JOURNAL, ("run", run_id))


@given(tenant=identifiers, consumer=identifiers)
def test_dead_letter_parses_back(tenant: str, consumer: str) -> None:
    assert subjects.parse(subjects.dead(tenant, consumer)).rest == (consumer,)


BUILDERS: list[Callable[[str], str]] = [
    lambda text: subjects.event(text, "run", "run_1", "failed"),
    lambda text: subjects.event("t_1", text, "run_1", "failed"),
    lambda text: subjects.event("t_1", "run", text, "failed"),
    lambda text: subjects.command("t_1", text, "start_run"),
    lambda text: subjects.call("t_1", "ingest", text),
    lambda text: subjects.live("t_1", text, "text"),
    lambda text: subjects.journal(text, "run_1"),
    lambda text: subjects.dead("t_1", text),
    lambda text: subjects.events_of(text if text != "*" else "a b"),
]


@given(text=st.text(max_size=12), builder=st.sampled_from(BUILDERS))
def test_text_outside_the_grammar_is_refused(text: str, builder: Callable[[str], str]) -> None:
    assume(not re.fullmatch(r"[A-Za-z0-9_-]+", text))

    with pytest.raises(BadSubjectError):
        builder(text)


@pytest.mark.parametrize("text", ["a.b", "*", ">", "a b", "a\n", "", "ä", "A" * 3 + "."])
def test_wildcards_and_dots_are_refused_everywhere(text: str) -> None:
    for builder in BUILDERS[:-1]:
        with pytest.raises(BadSubjectError):
            builder(text)


@given(text=st.text(max_size=60))
def test_any_subject_is_parsed_or_refused(text: str) -> None:
    for subject in (text, f"skep.v1.{text}", f"skep.v1.event.{text}"):
        try:
            parsed = subjects.parse(subject)
        except BadSubjectError:
            continue
        assert subject == f"skep.v1.{parsed.kind}.{parsed.tenant}.{'.'.join(parsed.rest)}"


def test_patterns_match_what_they_should() -> None:
    assert subjects.events_of(noun="run", past="failed") == "skep.v1.event.*.run.*.failed"
    assert subjects.commands_to("ingest") == "skep.v1.command.*.ingest.>"
    assert subjects.all_of(Kind.LIVE) == "skep.v1.live.>"
    assert subjects.live_of_run("t_1", "run_1") == "skep.v1.live.t_1.run.run_1.*"
