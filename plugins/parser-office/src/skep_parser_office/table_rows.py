"""Tables of documents and slides, row by row; one that stands in a cell is text of that cell."""

from skep_parser_office.blocks import BlockWriter, check_held


class OpenTables:
    """The tables that have begun and not ended, and the row of the outermost so far."""

    def __init__(self, writer: BlockWriter) -> None:
        """Write rows to `writer`."""
        self._writer = writer
        self._depth = 0
        self._cells: list[str] = []
        self._parts: list[str] = []
        self._held = 0

    @property
    def is_open(self) -> bool:
        """Whether what is read now stands in a table."""
        return self._depth > 0

    def start(self, name: str) -> None:
        """Hear of the beginning of a `tbl`, a `tr` or a `tc`."""
        if name == "tbl":
            if not self._depth:
                self._writer.flush()
            self._depth += 1
        elif self._depth == 1 and name == "tr":
            self._cells, self._held = [], 0
        elif self._depth == 1:
            self._parts = []

    def end(self, name: str) -> None:
        """Hear of the end of one."""
        if name == "tbl":
            self._depth -= 1
            if not self._depth:
                self._writer.flush()
        elif self._depth == 1 and name == "tr":
            self._writer.row(self._cells)
            self._cells, self._held = [], 0
        elif self._depth == 1:
            self._cells.append(" ".join(self._parts))
            self._hold(8)
            self._parts = []

    def text(self, text: str) -> None:
        """Take a paragraph of a cell."""
        if text.strip():
            self._parts.append(text)
            self._hold(len(text))

    def _hold(self, size: int) -> None:
        self._held += size
        check_held(self._held)
