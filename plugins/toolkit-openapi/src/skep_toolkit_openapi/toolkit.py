"""An API as a toolkit."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from skep_contracts.plugins.manifest import PluginContext
from skep_contracts.plugins.toolkits import ToolkitTool
from skep_contracts.plugins.tools import ToolResult
from skep_contracts.problems import NotFound, ProviderFailed, RateLimited, Unauthenticated
from skep_toolkit_openapi.document import MAX_BYTES, read_document
from skep_toolkit_openapi.operations import Operation, operations_of
from skep_toolkit_openapi.requests import Secrets, request_for, result_of, server_of

_MAX_ANSWER: Final = 4 * 1024 * 1024
_FETCH_S: Final = 10.0
_CALL_S: Final = 55.0
_TOO_MANY: Final = 429
_UNAUTHENTICATED: Final = 401
_BROKEN: Final = 500


class OpenApiToolkit:
    """One API. The document is read when somebody asks, and kept as long as the toolkit."""

    def __init__(self, context: PluginContext, settings: Mapping[str, Any]) -> None:
        """Read the settings; nothing is asked yet.

        Raises:
            InvalidInput: A secret holds what cannot be sent.
        """
        self._http = context.http
        self._settings = settings
        self._secrets = Secrets(settings)
        self._operations: dict[str, Operation] = {}
        self._server = ""

    async def list_tools(self) -> Sequence[ToolkitTool]:
        """Return the operations of the document, read anew where it has an address.

        Raises:
            InvalidInput: It is no document that can be used.
            SkepError: It cannot be fetched.
        """
        text = str(self._settings.get("document") or "")
        if not text.strip():
            text = await self._fetched(str(self._settings.get("document_url") or ""))
        # In a thread: YAML of a megabyte takes a second.
        document = await asyncio.to_thread(read_document, text)
        self._server = server_of(document, self._settings)
        self._operations = await asyncio.to_thread(operations_of, document)
        return [operation.tool for operation in self._operations.values()]

    async def _fetched(self, url: str) -> str:
        answer = await self._http.request(
            "GET", url, timeout_s=_FETCH_S, max_bytes=MAX_BYTES, headers={"accept": "*/*"}
        )
        if answer.status != 200:
            raise ProviderFailed(
                f"The OpenAPI document is not there: its address answers with {answer.status}.",
                code="no_openapi_document",
            )
        return answer.body.decode("utf-8", "replace")

    async def call(
        self, name: str, arguments: Mapping[str, Any], *, idempotency_key: str
    ) -> ToolResult:
        """Send the request of an operation, with an ``Idempotency-Key``.

        Raises:
            NotFound: There is no such operation.
            InvalidInput: An argument cannot be sent.
            Unauthenticated: The API refuses the credential.
            SkepError: It cannot be reached, or fails.
        """
        operation = self._operations.get(name)
        if operation is None:
            raise NotFound(f"The API has no operation {name:.80}.", code="unknown_tool")
        request = request_for(operation, arguments, server=self._server, secrets=self._secrets)
        answer = await self._http.request(
            operation.method,
            request.url,
            headers={"idempotency-key": idempotency_key, **request.headers},
            body=request.body,
            timeout_s=_CALL_S,
            max_bytes=_MAX_ANSWER,
            follow_redirects=operation.method in {"GET", "HEAD"} and not self._secrets.headers,
        )
        if answer.status == _UNAUTHENTICATED:
            raise Unauthenticated("The API refuses the credential.", code="credential_refused")
        if answer.status == _TOO_MANY:
            raise RateLimited("The API is asked too often.")
        if answer.status >= _BROKEN:
            raise ProviderFailed(f"The API answered with status {answer.status}.")
        return result_of(answer)
