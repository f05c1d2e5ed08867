"""Walls that a parsing process raises around itself before it looks at a document.

In this order: resource limits, no capabilities and none to be had, no files but the document and
the program, no sockets, no other programs and no signals to others.
"""

from skep_ingest.parsing.confinement.files import forbid_files
from skep_ingest.parsing.confinement.limits import die_with_parent, drop_privileges, set_limits
from skep_ingest.parsing.confinement.system_calls import forbid_system_calls

__all__ = [
    "die_with_parent",
    "drop_privileges",
    "forbid_files",
    "forbid_system_calls",
    "set_limits",
]
