"""Loads a plugin the way a service does: through its entry point, with its hooks checked."""

import subprocess
import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from skep_contracts.plugins.manifest import hooks_of

_PROBE = """
import time
import {known}
begin = time.process_time()
import {module}
print(time.process_time() - begin)
"""


def find_entry_point(group: str, name: str) -> EntryPoint:
    """Return an installed entry point, or fail with what there is."""
    points = {point.name: point for point in entry_points(group=group)}
    assert name in points, f"no entry point {name!r} in {group}; installed: {', '.join(points)}"
    return points[name]


def load_hooks(group: str, name: str, specification: type) -> Any:
    """Register one plugin and return its hooks; a misspelt hook fails here."""
    hooks: Any = hooks_of(name, find_entry_point(group, name).load(), specification)
    return hooks


def import_seconds(module: str, *, known: str, tries: int = 5) -> float:
    """Return the processor time of importing a module in an interpreter that has `known` already.

    Args:
        module: The plugin's package.
        known: Modules every service has imported before plugins, separated by commas.
        tries: The quickest counts: the first may read from a disk, and a busy machine only adds.
    """
    script = _PROBE.format(known=known, module=module)
    seconds = []
    for _ in range(tries):
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
        )
        seconds.append(float(done.stdout))
    return min(seconds)
