"""Which facts there are, and how to ask the bus for some of them."""

from collections.abc import Iterable, Iterator
from typing import Final

from skep_contracts import subjects
from skep_contracts.envelope import Event, message_type
from skep_contracts.events import app, document, plugin, run, usage
from skep_contracts.ids import is_id
from skep_contracts.problems import FieldError, InvalidInput, NotFound

_MODULES: Final = (app, document, plugin, run, usage)
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


def patterns(tenant: str, *, kinds: Iterable[str] = (), run_id: str | None = None) -> list[str]:
    """Return the subjects to read for a tenant; no two of them overlap.

    Raises:
        NotFound: `run_id` is no identifier of a run.
    """
    if run_id is not None and not is_id("run", run_id):
        raise NotFound("There is no such run.")
    wanted = sorted({(KINDS[kind].noun(), KINDS[kind].past()) for kind in kinds})
    if not wanted:
        noun = "run" if run_id else "*"
        return [subjects.events_of(tenant, noun=noun, noun_id=run_id or "*")]
    return [
        subjects.events_of(
            subjects.PLATFORM if noun in PLATFORM_NOUNS else tenant,
            noun=noun,
            noun_id=run_id or "*",
            past=past,
        )
        for noun, past in wanted
        if run_id is None or noun == "run"
    ]
