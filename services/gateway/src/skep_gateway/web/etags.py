"""Entity tags: what a client read, and whether it is still so when it writes (RFC 9110 §13)."""

import re
from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from skep_gateway.web.problems import Malformed, PreconditionFailed

_TAG: Final = re.compile(r'(?:W/)?"([\x21\x23-\x7e]{0,128})"\Z')


class Precondition:
    """The `If-Match` of a request; `matches` decides."""

    def __init__(self, header: str | None) -> None:
        """Parse the header: ``*``, or a list of quoted tags.

        Raises:
            Malformed: It is neither.
        """
        self._tags: frozenset[str] | None = None
        if header is None or header.strip() == "*":
            return
        found = [_TAG.match(part.strip()) for part in header.split(",")]
        if not all(found):
            raise Malformed('If-Match takes quoted tags, such as "3f2a…", as ETag gave them.')
        self._tags = frozenset(match[1] for match in found if match)

    def check(self, tag: str) -> None:
        """Pass when the present version is one the client knows.

        Raises:
            PreconditionFailed: Somebody changed it since.
        """
        if self._tags is not None and tag not in self._tags:
            raise PreconditionFailed(
                "It was changed since you read it. Read it again, bring your change over, "
                "and send the new ETag."
            )


async def _precondition(request: Request) -> Precondition:
    return Precondition(request.headers.get("if-match"))


IfMatch = Annotated[Precondition, Depends(_precondition)]


def set_etag(response: Response, tag: str) -> None:
    """Name the version that the answer shows."""
    response.headers["ETag"] = f'"{tag}"'
