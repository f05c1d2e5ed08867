"""One credential: requests that are signed, and fail in our terms."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.plugins.manifest import HttpResponse, HttpStream, PluginContext
from skep_contracts.problems import Forbidden, SkepError
from skep_contracts.vendor_wire import failures
from skep_contracts.vendor_wire.session import MAX_ANSWER_BYTES
from skep_contracts.vendor_wire.text import encode_json
from skep_model_bedrock.access import Access
from skep_model_bedrock.aws.signing import Signer
from skep_model_bedrock.wire.refusals import (
    MAY_NOT_LIST,
    Refusal,
    read_exception,
    read_refusal,
)

_MAX_ERROR_BYTES: Final = 65_536
_JSON: Final = {"content-type": "application/json"}


class AwsSession:
    """Sends JSON requests with a credential.

    Settings of the plugin: `timeout_s`, until the status line of an answer; `idle_timeout_s`,
    between two pieces of a stream. The caller of a provider usually has shorter ones.
    """

    def __init__(self, context: PluginContext, access: Access) -> None:
        self._context = context
        self._access = access
        keys = access.keys
        self._signer = Signer(keys, region=access.region) if keys is not None else None
        self._timeout_s = float(context.settings.get("timeout_s", 600.0))
        self._idle_timeout_s = float(context.settings.get("idle_timeout_s", 300.0))

    async def open(self, path: str, body: dict[str, Any]) -> HttpStream:
        """Post a body to the runtime and return the answer once its status says that it is one.

        Raises:
            SkepError: The status is an error.
        """
        url, raw = f"{self._access.runtime_url}/{path}", encode_json(body)
        answer = await self._context.http.stream(
            "POST",
            url,
            headers=self._headers("POST", url, raw),
            body=raw,
            timeout_s=self._timeout_s,
            idle_timeout_s=self._idle_timeout_s,
        )
        if answer.status < 400:
            return answer
        async with answer:
            said = await answer.read(_MAX_ERROR_BYTES)
            raise self._problem(read_refusal(answer.status, answer.headers, said), answer.headers)

    async def invoke(self, path: str, body: dict[str, Any]) -> HttpResponse:
        """Post a body to the runtime and return the answer.

        Raises:
            SkepError: The status is an error.
        """
        return await self._send("POST", f"{self._access.runtime_url}/{path}", encode_json(body))

    async def list(self, path: str) -> bytes:
        """Return what the control plane lists at a path.

        Raises:
            Forbidden: The credential is good, and may not list.
            SkepError: The status is an error.
        """
        return (await self._send("GET", f"{self._access.control_url}/{path}", b"")).body

    async def _send(self, method: str, url: str, raw: bytes) -> HttpResponse:
        answer = await self._context.http.request(
            method,
            url,
            headers=self._headers(method, url, raw),
            body=raw or None,
            timeout_s=self._timeout_s,
            max_bytes=MAX_ANSWER_BYTES,
            follow_redirects=False,  # a signature holds for one address
        )
        if answer.status >= 400:
            refusal = read_refusal(answer.status, answer.headers, answer.body)
            raise self._problem(refusal, answer.headers)
        return answer

    def failure_in_stream(self, kind: str, payload: bytes) -> SkepError:
        """Return the problem that an exception in a stream is."""
        return self._problem(read_exception(kind, payload), {})

    def _headers(self, method: str, url: str, raw: bytes) -> dict[str, str]:
        headers = dict(_JSON) if raw else {}
        if self._signer is None:
            return {**headers, "authorization": f"Bearer {self._access.bearer}"}
        now_s = self._context.now_s()
        return self._signer.sign(method, url, headers=headers, body=raw, now_s=now_s)

    def _problem(self, refusal: Refusal, headers: Mapping[str, str]) -> SkepError:
        said = refusal.error.message
        for secret in self._access.secrets():
            if len(secret) > 3:
                said = said.replace(secret, "[credential]")
        error = msgspec.structs.replace(refusal.error, message=said)
        now_s = self._context.now_s()
        if refusal.status == 403 and MAY_NOT_LIST in said:
            return Forbidden(
                "The caller behind the credential may not list models at the model provider."
                f" It says: {said[: failures.MAX_QUOTE]}",
                code="credential_refused",
            )
        return failures.from_answer(refusal.status, headers, error, now_s=now_s)
