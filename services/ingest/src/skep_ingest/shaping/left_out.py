"""What a document shows and nobody read."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from skep_contracts.plugins.parsers import Block

_MOST_SHOWN: Final = 12


class LeftOut:
    """Takes pictures out of blocks, and remembers where they were."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pages: dict[int, None] = {}
        self.count = 0

    def passing(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """Yield the blocks that are text."""
        for block in blocks:
            if block.kind != "picture":
                yield block
                continue
            self.count += 1
            if block.page is not None:
                self._pages[block.page] = None

    @property
    def note(self) -> str | None:
        """What to tell about it; None when nothing was left out."""
        if self.count == 0:
            return None
        where = _listed(sorted(self._pages)) if self._pages else f"{self.count:,} pictures"
        return f"Not read, for there is a picture and no text: {where}."


def _listed(pages: list[int]) -> str:
    """Return pages as 1, 3–5."""
    runs = [
        [page for _, page in run]
        for _, run in groupby(enumerate(pages), key=lambda each: each[1] - each[0])
    ]
    shown = [
        f"{run[0]:,}" if len(run) == 1 else f"{run[0]:,}–{run[-1]:,}" for run in runs[:_MOST_SHOWN]
    ]
    word = "page" if len(pages) == 1 else "pages"
    more = " and more" if len(runs) > _MOST_SHOWN else ""
    return f"{word} {', '.join(shown)}{more}"
