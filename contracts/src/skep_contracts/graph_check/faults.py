"""Collects what is wrong, so that an author mends everything in one go."""

from collections.abc import Iterable
from typing import Final

from skep_contracts.problems import FieldError, InvalidInput, did_you_mean

MAX_FAULTS: Final = 100
"""More than this nobody reads; the number of those left out is told."""
MAX_HINTS: Final = 25
CODE: Final = "invalid_workflow"


class Faults:
    """Faults in the order they were found."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []
        self._left_out = 0

    def add(self, pointer: str, message: str) -> None:
        """Note a fault at one place."""
        if len(self._errors) < MAX_FAULTS:
            self._errors.append(FieldError(pointer=pointer, message=message))
        else:
            self._left_out += 1

    def extend(self, errors: tuple[FieldError, ...], *, below: str) -> None:
        """Note faults whose pointers are relative to `below`."""
        for error in errors:
            self.add(below + error.pointer, error.message)

    def __bool__(self) -> bool:
        return bool(self._errors)

    def hint(self, text: str, candidates: Iterable[str]) -> str:
        """Return ``; did you mean …?`` for the first faults; it costs more than finding them."""
        if len(self._errors) >= MAX_HINTS:
            return ""
        return did_you_mean(text, candidates)

    def raise_any(self) -> None:
        """Raise one error with all faults, if there are any.

        Raises:
            InvalidInput: Something is wrong.
        """
        if not self._errors:
            return
        first = self._errors[0]
        count = len(self._errors) + self._left_out
        ending = "" if first.message.endswith("?") else "."
        if count > 1:
            ending += f" There are {count} faults in all."
        if self._left_out:
            ending += f" The first {MAX_FAULTS} are listed."
        where = f" at {first.pointer}" if first.pointer else ""
        raise InvalidInput(
            f"The workflow cannot be used{where}: {first.message}{ending}",
            errors=self._errors,
            code=CODE,
        )
