"""One address and one credential: requests that fail in our terms."""

from collections.abc import Mapping
from typing import Any, Final

from skep_contracts.plugins.manifest import HttpResponse, HttpStream, PluginContext
from skep_contracts.problems import SkepError
from skep_contracts.vendor_wire import errors, failures
from skep_contracts.vendor_wire.form import Form
from skep_contracts.vendor_wire.text import encode_json

MAX_ANSWER_BYTES: Final = 256 * 1024 * 1024
_MAX_ERROR_BYTES: Final = 65_536


class VendorSession:
    """Sends JSON requests with a credential.

    Settings of the plugin: `timeout_s`, until the status line of an answer; `idle_timeout_s`,
    between two pieces of a stream. The caller of a provider usually has shorter ones.

    Args:
        context: What the plugin was given.
        base_url: Where the API begins, without a slash at its end.
        headers: Sent with every request; the credential is among them.
        secret: The credential, which is taken out of whatever the vendor says.
        address_hint: What a user may have got wrong with the base URL, for who finds nothing there.
    """

    def __init__(
        self,
        context: PluginContext,
        *,
        base_url: str,
        headers: Mapping[str, str],
        secret: str,
        address_hint: str = "",
    ) -> None:
        self.context = context
        self._address_hint = address_hint
        self.base_url = base_url
        self._secret = secret
        self._headers = {"content-type": "application/json", **headers}
        self._timeout_s = float(context.settings.get("timeout_s", 600.0))
        self._idle_timeout_s = float(context.settings.get("idle_timeout_s", 300.0))

    async def open(
        self, path: str, body: dict[str, Any], *, idempotency_key: str | None = None
    ) -> HttpStream:
        """Post a body and return the answer once its status is known, whatever the status."""
        headers = dict(self._headers)
        if idempotency_key:
            headers["idempotency-key"] = idempotency_key
        return await self.context.http.stream(
            "POST",
            f"{self.base_url}/{path}",
            headers=headers,
            body=encode_json(body),
            timeout_s=self._timeout_s,
            idle_timeout_s=self._idle_timeout_s,
        )

    async def open_well(
        self, path: str, body: dict[str, Any], *, idempotency_key: str | None = None
    ) -> HttpStream:
        """Post a body and return the answer once its status says that it is one.

        Raises:
            SkepError: The status is an error.
        """
        answer = await self.open(path, body, idempotency_key=idempotency_key)
        if answer.status < 400:
            return answer
        async with answer:
            _, failure = await self.failure_of(answer)
        raise failure

    async def post(self, path: str, body: dict[str, Any]) -> bytes:
        """Post a body and return the answer's.

        Raises:
            SkepError: The status is an error.
        """
        answer = await self.send("POST", path, encode_json(body))
        if answer.status >= 400:
            raise self.failure(answer)
        return answer.body

    async def post_form(self, path: str, form: Form) -> bytes:
        """Post a form and return the answer's body.

        Raises:
            SkepError: The status is an error.
        """
        headers = {"content-type": form.content_type}
        answer = await self.send("POST", path, form.body, headers=headers)
        if answer.status >= 400:
            raise self.failure(answer)
        return answer.body

    async def get(self, path: str) -> bytes:
        """Return what is at a path.

        Raises:
            SkepError: The status is an error.
        """
        answer = await self.send("GET", path)
        if answer.status >= 400:
            raise self.failure(answer)
        return answer.body

    async def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Send a request and return the answer, whatever its status.

        `headers` replace the usual ones, such as the type of a body that is not JSON.
        """
        return await self.context.http.request(
            method,
            f"{self.base_url}/{path}",
            headers={**self._headers, **headers} if headers else self._headers,
            body=body,
            timeout_s=self._timeout_s,
            max_bytes=MAX_ANSWER_BYTES,
        )

    async def failure_of(self, answer: HttpStream) -> tuple[errors.VendorError, SkepError]:
        """Read an answer with an error status: what the vendor says, and the problem it is."""
        said = errors.read_error(await answer.read(_MAX_ERROR_BYTES))
        return said, self._problem(answer.status, answer.headers, said)

    def failure(self, answer: HttpResponse) -> SkepError:
        """Return the problem that an answer with an error status is."""
        return self._problem(answer.status, answer.headers, errors.read_error(answer.body))

    def failure_in_stream(self, error: object) -> SkepError:
        """Return the problem that an error object in a stream is."""
        return failures.from_stream(errors.error_from(error), secret=self._secret)

    def _problem(
        self, status: int, headers: Mapping[str, str], said: errors.VendorError
    ) -> SkepError:
        now_s = self.context.now_s()
        return failures.from_answer(
            status,
            headers,
            said,
            now_s=now_s,
            secret=self._secret,
            address_hint=self._address_hint,
        )
