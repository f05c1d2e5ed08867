"""Lists in pages: `items` and an opaque `next_cursor`."""

import base64
import binascii
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Depends, Query

from skep_contracts.problems import Gone, InvalidInput
from skep_gateway.web.shapes import View
from skep_runtime.vault import Vault

T = TypeVar("T")
MAX_PAGE = 200


class Page(View, Generic[T]):
    """A piece of a list. No `next_cursor` means that it was the last."""

    items: list[T]
    next_cursor: str | None = None


class PageRequest(msgspec.Struct, frozen=True):
    """How much, and from where on."""

    limit: int
    cursor: str | None


async def _page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
) -> PageRequest:
    return PageRequest(limit, cursor or None)


Paging = Annotated[PageRequest, Depends(_page_request)]


class Cursors:
    """Seals positions: a cursor says nothing, cannot be forged, and fits one list of one tenant."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def seal(self, position: str, *, tenant: str, listing: str) -> str:
        """Return the cursor for a position in a list, such as the last id that was shown."""
        sealed = self._vault.seal(position.encode(), context=f"cursor.{tenant}.{listing}")
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, cursor: str | None, *, tenant: str, listing: str) -> str | None:
        """Return the position in a cursor.

        Raises:
            InvalidInput: It is none of ours, or of another list.
        """
        if cursor is None:
            return None
        try:
            sealed = base64.b64decode(
                cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True
            )
            return self._vault.open(sealed, context=f"cursor.{tenant}.{listing}").decode()
        except (ValueError, binascii.Error, Gone):
            raise InvalidInput(
                "The cursor is not one this list gave. Begin again without one.",
                code="bad_cursor",
            ) from None

    def page(
        self, rows: list[Any], request: PageRequest, *, tenant: str, listing: str
    ) -> tuple[list[Any], str | None]:
        """Cut one row more than asked for down to a page and the cursor to the next.

        `rows`: at most ``limit + 1``, each with an `id` that the list is ordered by.
        """
        if len(rows) <= request.limit:
            return rows, None
        shown = rows[: request.limit]
        return shown, self.seal(shown[-1].id, tenant=tenant, listing=listing)
