"""The rules that were found broken."""

from typing import Final

from skep_contracts.calls.run import InvariantFault
from skep_contracts.run_log import LogEvent

MOST_FAULTS: Final = 100


class Findings:
    """Gathers faults; `number` is that of the event being looked at."""

    def __init__(self) -> None:
        self.faults: list[InvariantFault] = []
        self.number = 0

    def note(self, rule: str, detail: str) -> None:
        """Note that a rule is broken by the present event; of many faults the first are kept."""
        if len(self.faults) < MOST_FAULTS:
            number = max(self.number, 1)
            self.faults.append(InvariantFault(rule=rule, number=number, detail=f"{detail:.500}"))


def name_of(event: LogEvent) -> str:
    """Return the type string of an event."""
    return str(event.__struct_config__.tag)
