"""What runs in the confined process: templates come in, texts go out, both by standard streams."""

import resource
import signal
import sys
from typing import Any, BinaryIO, Final

import msgspec

from skep_node_template.confined import LENGTH
from skep_node_template.rendering import TemplateFault, render

MAX_CPU_S: Final = 1.0
"""Processor time of one template."""
MAX_MEMORY_BYTES: Final = 1024 * 1024 * 1024


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer requests until the other side is gone."""
    while len(header := source.read(LENGTH.size)) == LENGTH.size:
        (length,) = LENGTH.unpack(header)
        template, values = msgspec.msgpack.decode(source.read(length))
        signal.setitimer(signal.ITIMER_PROF, MAX_CPU_S)  # its default action ends the process
        reply = msgspec.msgpack.encode(_answer(template, values))
        signal.setitimer(signal.ITIMER_PROF, 0)
        target.write(LENGTH.pack(len(reply)) + reply)
        target.flush()


def _answer(template: str, values: dict[str, Any]) -> tuple[Any, ...]:
    try:
        return "text", render(template, values)
    except TemplateFault as fault:
        return "fault", fault.message, fault.line


def main() -> None:
    """Close the doors, then serve."""
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (most, most))
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
