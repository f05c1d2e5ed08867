"""What signed addresses say: which run of whom, and which of its waits.

The vault of a service signs the text for one purpose, so that an address for one is nothing for
another. Who knows an address may do what it is for, and nothing else.
"""

from typing import Final

import msgspec

FORM: Final = "form"
"""Purpose of an address that answers one wait of the kind ``form``."""
CALLBACK: Final = "callback"
"""Purpose of an address that answers the waits of the kind ``callback`` of one run."""


class RunLink(msgspec.Struct, frozen=True, kw_only=True):
    """`number`: of the event that began the wait; 0 for any wait of the run."""

    tenant: str
    run_id: str
    place: str = ""
    number: int = 0

    def __str__(self) -> str:
        """Return the text to sign."""
        return f"{self.tenant}:{self.run_id}:{self.number}:{self.place}"


def read_link(text: str) -> RunLink:
    """Return what a text says that was signed."""
    tenant, run_id, number, place = text.split(":", 3)
    return RunLink(tenant=tenant, run_id=run_id, number=int(number), place=place)
