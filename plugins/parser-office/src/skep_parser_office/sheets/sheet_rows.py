"""Rows of a sheet into lines of tables. Where a row names the columns, every line does."""

from collections.abc import Mapping

from skep_parser_office.blocks import BlockWriter, cleaned

_MAX_NAME_CHARS = 100
_NAMING_ROWS = 20
"""So far down the names of columns are looked for."""


class SheetRows:
    """The rows of one sheet. Its columns are named by the first row of several texts, if any."""

    def __init__(self, writer: BlockWriter) -> None:
        """Write lines to `writer`."""
        self._writer = writer
        self._names: dict[int, str] = {}
        self._waiting = ""
        self._looked_at = 0

    def write(self, row: Mapping[int, str], *, has_numbers: bool) -> None:
        """Write a row: its texts by column, counted from 0."""
        cells = {column: text for column, value in row.items() if (text := " ".join(value.split()))}
        if not cells:
            return
        if self._names:
            self._waiting = ""
            self._writer.line(cleaned(self._named(cells)))
            return
        line = cleaned(" | ".join(cells[column] for column in sorted(cells)))
        if self._names_columns(cells, has_numbers=has_numbers):
            self._names = cells
            self._waiting = line
        elif line.strip():
            self._writer.line(line, header=line)

    def finish(self) -> None:
        """Write the names of columns that have no rows."""
        if self._waiting.strip():
            self._writer.line(self._waiting)
        self._waiting = ""
        self._writer.flush()

    def _names_columns(self, cells: Mapping[int, str], *, has_numbers: bool) -> bool:
        """Tell whether these are names: several texts, short and all different."""
        if self._looked_at >= _NAMING_ROWS or len(cells) < 2:
            return False
        self._looked_at = self._looked_at + 1 if not has_numbers else _NAMING_ROWS
        return (
            not has_numbers
            and len(set(cells.values())) == len(cells)
            and max(map(len, cells.values())) <= _MAX_NAME_CHARS
        )

    def _named(self, cells: Mapping[int, str]) -> str:
        names = self._names
        return "; ".join(
            f"{names[column]}: {cells[column]}" if column in names else cells[column]
            for column in sorted(cells)
        )
