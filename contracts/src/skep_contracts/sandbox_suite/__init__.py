"""What every sandbox runtime must withstand: programs by name, and what must come of each.

One list for all who judge a runtime: the conformance kit that a plugin's tests inherit, and the
self-test on an operator's own machine.
"""

from typing import Final

from skep_contracts.sandbox_suite import (
    benign,
    escapes,
    exhaustion,
    javascript,
    javascript_hostile,
    system_calls,
    tampering,
)
from skep_contracts.sandbox_suite.cases import CANARY, Case

__all__ = ["CANARY", "SECTIONS", "Case"]

SECTIONS: Final[dict[str, tuple[Case, ...]]] = {
    "friendly programs": benign.BENIGN,
    "mistakes of authors": benign.MISTAKES,
    "files": escapes.FILES,
    "processes": escapes.PROCESSES,
    "network": escapes.NETWORK,
    "system calls": system_calls.SYSTEM_CALLS,
    "time": exhaustion.TIME,
    "memory": exhaustion.MEMORY,
    "space": exhaustion.SPACE,
    "output": exhaustion.OUTPUT,
    "source": exhaustion.SOURCE,
    "tampering": tampering.TAMPERING,
    "friendly scripts": javascript.WORKS,
    "mistakes in scripts": javascript.MISTAKES,
    "scripts that want everything": javascript_hostile.EXHAUSTION,
    "scripts that tamper": javascript_hostile.TAMPERING,
}
"""Cases by what they are about."""
