"""Which facts there are, and how to ask the bus for some of them."""

from collections.abc import Iterable, Iterator
from typing import Final

from skep_contracts import subjects
from skep_contracts.envelope import Event, message_type
from skep_contracts.events import app, document, feedback, guardrail, plugin, run, source, usage
from skep_contracts.ids import is_id
from skep_contracts.problems import FieldError, Forbidden, InvalidInput, NotFound

_MODULES: Final = (app, document, feedback, guardrail, plugin, run, source, usage)
PLATFORM_NOUNS: Final = frozenset({"plugin"})
"""What concerns the whole platform and is published under its tenant."""


def _kinds() -> Iterator[tuple[str, type[Event]]]:
    for module in _MODULES:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Event) and value is not Event:
                yield message_type(value), value


KINDS: Final[dict[str, type[Event]]] = dict(sorted(_kinds()))
"""Every public fact by its type, such as ``run.succeeded.v1``."""


def check_kinds(kinds: Iterable[str], *, pointer: str) -> None:
    """Refuse types that no event has.

    Raises:
        InvalidInput: At least one is unknown; the message lists those there are.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise InvalidInput(
            f"There is no event {unknown[0]}. There are: {', '.join(KINDS)}.",
            errors=[FieldError(pointer=pointer, message=f"unknown: {kind}") for kind in unknown],
            code="unknown_event_kind",
        )


def noun_of(kind: str) -> str:
    """Return what an event of a known type is about, such as ``run``."""
    return KINDS[kind].noun()


def patterns(
    tenant: str, *, kinds: Iterable[str] = (), run_id: str | None = None, platform: bool = False
) -> list[str]:
    """Return the subjects to read for a tenant; no two of them overlap.

    Args:
        tenant: Whose events.
        kinds: Of these types; of all when empty.
        run_id: Of this run alone.
        platform: Whether what concerns the whole platform may be read, too.

    Raises:
        NotFound: `run_id` is no identifier of a run.
        InvalidInput: A kind is asked for that no run has.
        Forbidden: A kind is asked for that concerns the platform.
    """
    if run_id is not None and not is_id("run", run_id):
        raise NotFound("There is no such run.")
    wanted = sorted({(KINDS[kind].noun(), KINDS[kind].past()) for kind in kinds})
    for noun, past in wanted:
        if run_id is not None and noun != "run":
            raise InvalidInput(
                f"{noun}.{past} is not about runs: ask for it without `run`.",
                errors=[FieldError(pointer="/kind", message="not about a run")],
            )
        if noun in PLATFORM_NOUNS and not platform:
            raise Forbidden(
                f"{noun}.{past} concerns the whole platform; it needs the scope operator.",
                code="missing_scope",
            )
    if wanted:
        return [
            subjects.events_of(
                subjects.PLATFORM if noun in PLATFORM_NOUNS else tenant,
                noun=noun,
                noun_id=run_id or "*",
                past=past,
            )
            for noun, past in wanted
        ]
    if run_id is not None:
        return [subjects.events_of(tenant, noun="run", noun_id=run_id)]
    return [subjects.events_of(each) for each in (tenant, subjects.PLATFORM)[: 1 + platform]]
