"""One endpoint and one credential: addresses, headers, and requests that fail in our terms."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from skep_contracts.plugins.manifest import HttpResponse, HttpStream, PluginContext
from skep_contracts.problems import FieldError, InvalidInput
from skep_model_openai.vendors.vendor import Vendor
from skep_model_openai.wire import answers, failures, requests

MAX_ANSWER_BYTES: Final = 256 * 1024 * 1024
_MAX_ERROR_BYTES: Final = 65_536


class Session:
    """Sends requests with the credential.

    Settings of the plugin: `timeout_s`, until the status line of an answer; `idle_timeout_s`,
    between two pieces of a stream. The caller of a provider usually has shorter ones.
    """

    def __init__(
        self, context: PluginContext, credential: Mapping[str, Any], vendor: Vendor
    ) -> None:
        self.context = context
        self.vendor = vendor
        self.base_url = _base_url(credential, vendor)
        self._key = str(credential.get("api_key") or "").strip()
        if not self._key and vendor.key != "optional" and vendor.is_at_home(self.base_url):
            raise InvalidInput(
                "The credential has no API key.",
                errors=[FieldError(pointer="/api_key", message="required for this base URL")],
            )
        self._headers = {
            "content-type": "application/json",
            **_identity(credential, self._key, vendor),
        }
        self._timeout_s = float(context.settings.get("timeout_s", 600.0))
        self._idle_timeout_s = float(context.settings.get("idle_timeout_s", 300.0))

    async def open(
        self, path: str, body: dict[str, Any], *, idempotency_key: str | None
    ) -> HttpStream:
        """Post a body and return the answer once its status is known, whatever the status."""
        headers = dict(self._headers)
        if idempotency_key:
            headers["idempotency-key"] = idempotency_key
        return await self.context.http.stream(
            "POST",
            f"{self.base_url}/{path}",
            headers=headers,
            body=requests.encode(body),
            timeout_s=self._timeout_s,
            idle_timeout_s=self._idle_timeout_s,
        )

    async def post(self, path: str, body: dict[str, Any]) -> bytes:
        """Post a body and return the answer's.

        Raises:
            SkepError: The status is an error.
        """
        answer = await self.send("POST", path, requests.encode(body))
        if answer.status >= 400:
            raise self.failure(answer.status, answer.headers, answer.body)
        return answer.body

    async def send(self, method: str, path: str, body: bytes | None = None) -> HttpResponse:
        """Send a request and return the answer, whatever its status."""
        return await self.context.http.request(
            method,
            f"{self.base_url}/{path}",
            headers=self._headers,
            body=body,
            timeout_s=self._timeout_s,
            max_bytes=MAX_ANSWER_BYTES,
        )

    async def failure_of(self, answer: HttpStream) -> tuple[answers.VendorError, Exception]:
        """Read an answer with an error status: what the vendor says, and the problem it is."""
        body = await answer.read(_MAX_ERROR_BYTES)
        said = answers.read_error(body)
        return said, self._problem(answer.status, answer.headers, said)

    def failure(self, status: int, headers: Mapping[str, str], body: bytes) -> Exception:
        """Return the problem that an answer with an error status is."""
        return self._problem(status, headers, answers.read_error(body))

    def failure_in_stream(self, error: object) -> Exception:
        """Return the problem that an error object in a stream is."""
        return failures.from_stream(answers.error_from(error), secret=self._key)

    def _problem(
        self, status: int, headers: Mapping[str, str], said: answers.VendorError
    ) -> Exception:
        now_s = self.context.now_s()
        return failures.from_answer(status, headers, said, now_s=now_s, secret=self._key)


def _base_url(credential: Mapping[str, Any], vendor: Vendor) -> str:
    url = str(credential.get("base_url") or vendor.base_url).strip().rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise InvalidInput(
            f"The base URL must look like {vendor.base_url_hint or 'https://host/v1'}.",
            errors=[FieldError(pointer="/base_url", message="not an http or https URL")],
        )
    return url


def _identity(credential: Mapping[str, Any], key: str, vendor: Vendor) -> dict[str, str]:
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidInput(
            "The API key holds a character that no key has; copy it again.",
            errors=[FieldError(pointer="/api_key", message="not printable ASCII")],
        )
    headers = {}
    if key and vendor.key_header:
        headers[vendor.key_header] = key
    elif key:
        headers["authorization"] = f"Bearer {key}"
    for field, header in (
        ("organization", "openai-organization"),
        ("project", "openai-project"),
    ):
        value = str(credential.get(field) or "").strip()
        if value:
            headers[header] = value.encode("ascii", "ignore").decode()
    return headers
