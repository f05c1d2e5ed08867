"""Holds what a request asks for to what the operator allows."""

from typing import Final

import msgspec

from skep_contracts.plugins.runtimes import RunLimits
from skep_contracts.problems import FieldError, InvalidInput
from skep_sandbox.settings import MaximumSettings

_FLOORS: Final = RunLimits(
    wall_s=0.001,
    cpu_s=0.001,
    memory_bytes=16 * 1024 * 1024,
    processes=1,
    output_bytes=2,
    log_bytes=1,
    input_bytes=2,
    disk_bytes=64 * 1024,
    open_files=16,
)
"""Below these no interpreter starts, whatever the code."""


def hold_to(limits: RunLimits, maximum: MaximumSettings) -> RunLimits:
    """Return `limits`, each within the operator's maximum and what an empty run takes.

    Raises:
        InvalidInput: A limit is zero or less.
    """
    asked: dict[str, float] = msgspec.structs.asdict(limits)
    faults = [
        FieldError(pointer=f"/request/limits/{name}", message="must be above 0")
        for name, value in asked.items()
        if not value > 0
    ]
    if faults:
        raise InvalidInput("A limit of a run must be above 0.", errors=faults)
    return RunLimits(
        **{
            name: min(max(value, getattr(_FLOORS, name)), getattr(maximum, name))
            for name, value in asked.items()
        }
    )
