"""`python -I -m skep_ingest.parsing.parse_child`: parses one document, inside walls.

Reads a `ParseOrder` from standard input and writes frames to standard output. Everything after the
walls stand is untrusted: the parent believes nothing it says, and ends it when it takes too long.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

import msgspec

from skep_contracts.plugins.manifest import hooks_of
from skep_contracts.plugins.parsers import Block, Parser, ParserHooks
from skep_contracts.problems import SkepError
from skep_ingest.parsing.confinement import (
    StuckError,
    die_with_parent,
    drop_privileges,
    enter_namespaces,
    forbid_files,
    forbid_system_calls,
    set_limits,
)
from skep_ingest.parsing.frames import (
    MAX_BLOCK_CHARS,
    Broken,
    Confined,
    Done,
    Frame,
    Parsed,
    ParseOrder,
    ParserSource,
    Refused,
    Stuck,
    read_order,
    write_frame,
)

_MAX_DETAIL: Final = 500
_MAX_TRACE: Final = 4_000


def main() -> None:
    """Parse what standard input orders."""
    output = os.fdopen(os.dup(1), "wb", buffering=64 * 1024)
    os.dup2(2, 1)  # whatever a library prints must not look like a frame
    order = read_order(sys.stdin.buffer)
    stands = _confine(order)
    write_frame(output, stands)
    if isinstance(stands, Confined):
        write_frame(output, _work(order, output))
    output.flush()
    os._exit(0)  # nothing of the parser's own runs at the end


def _confine(order: ParseOrder) -> Confined | Stuck:
    folders = [source.folder for source in order.sources if source.folder]
    sys.path += folders
    die_with_parent(order.parent_pid)
    set_limits(
        max_memory_bytes=order.max_memory_bytes,
        max_cpu_s=order.max_cpu_s,
        max_file_bytes=order.max_file_bytes,
        max_open_files=order.max_open_files,
    )
    here = os.getcwd()  # noqa: PTH109  # no pathlib here: this process starts for every document
    readable = [order.path, *folders]
    try:
        is_apart = order.apart and enter_namespaces(but_read=readable, but_write=here)
    except StuckError:
        return Stuck()
    die_with_parent(order.parent_pid)
    drop_privileges()
    has_no_files = forbid_files(but_read=readable, but_write=here)
    return Confined(
        has_no_files=has_no_files or is_apart,
        has_no_network=forbid_system_calls() or is_apart,
        is_apart=is_apart,
    )


def _work(order: ParseOrder, output: BinaryIO) -> Frame:
    try:
        parser = load_parser(order.parser, order.sources)
        options = {"name": order.name, "pictures": order.pictures}
        for block in parser.parse(order.path, options=options):
            for piece in _pieces(block):
                write_frame(output, Parsed(block=piece))
    except SkepError as error:
        return Refused(code=error.exact_code[:64], detail=_clean(error.detail[:_MAX_DETAIL]))
    except MemoryError as error:
        error.__traceback__ = None  # lets go of what the parser held; there is no room for words
        return Broken(error="MemoryError", trace="")
    except BaseException as error:  # noqa: BLE001  # even an exit is the parser's failure
        trace = _clean(traceback.format_exc()[-_MAX_TRACE:])
        return Broken(error=type(error).__name__[:64], trace=trace)
    return Done()


def load_parser(name: str, sources: Iterable[ParserSource]) -> Parser:
    """Return a new parser of that name.

    Raises:
        LookupError: No source offers it.
    """
    for source in sources:
        hooks = hooks_of(source.module, importlib.import_module(source.module), ParserHooks)
        for offered in hooks.skep_parsers():
            for description in offered:
                if description.name == name:
                    parser: Parser = description.factory()
                    return parser
    raise LookupError(name)


def _pieces(block: Block) -> Iterator[Block]:
    text = _clean(block.text)
    if len(text) <= MAX_BLOCK_CHARS:
        yield block if text is block.text else msgspec.structs.replace(block, text=text)
        return
    for start in range(0, len(text), MAX_BLOCK_CHARS):
        yield msgspec.structs.replace(block, text=text[start : start + MAX_BLOCK_CHARS])


def _clean(text: str) -> str:
    """Return text that can be encoded: half a surrogate pair cannot."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


if __name__ == "__main__":
    main()
