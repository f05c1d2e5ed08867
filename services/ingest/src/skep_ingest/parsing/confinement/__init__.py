"""Walls that a parsing process raises around itself before it looks at a document.

In this order: resource limits, namespaces and a root of its own, no capabilities and none to be
had, no files but the document and the program, no sockets, no other programs and no signals to
others. Some stand in for others where a kernel or a container lacks one.
"""

from skep_ingest.parsing.confinement.files import forbid_files
from skep_ingest.parsing.confinement.limits import die_with_parent, drop_privileges, set_limits
from skep_ingest.parsing.confinement.namespaces import StuckError, enter_namespaces
from skep_ingest.parsing.confinement.system_calls import forbid_system_calls

__all__ = [
    "StuckError",
    "die_with_parent",
    "drop_privileges",
    "enter_namespaces",
    "forbid_files",
    "forbid_system_calls",
    "set_limits",
]
