"""The engine, through Docker's own library. All of this blocks; `Calls` keeps it off the loop."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, Final, ParamSpec, TypeVar

import docker
from docker.errors import APIError, DockerException
from requests.exceptions import RequestException

from skep_contracts.problems import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

_TIMEOUT_S: Final = 60
_CONNECTIONS: Final = 64
_MISSING: Final = 404
_BEING_REMOVED: Final = 409


class Vanished(Exception):
    """What was asked for is not there, or is being removed."""

    def __init__(self, *, is_missing: bool) -> None:
        super().__init__()
        self.is_missing = is_missing


class Calls:
    """Runs blocking calls on a few threads of its own: the limit of what goes on at once."""

    def __init__(self, threads: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, function: Callable[P, T], /, *arguments: P.args, **options: P.kwargs) -> T:
        """Return what `function` returns; it goes on to its end when the caller is cancelled."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*arguments, **options))

    def close(self) -> None:
        """Take no more calls; does not wait for those that run."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Engine:
    """What is asked of a Docker Engine. Every method may raise Unavailable."""

    def __init__(self, address: str | None) -> None:
        """Prepare; nothing is asked yet."""
        self._address = address
        self._client: Any = None

    @property
    def _api(self) -> Any:
        if self._client is None:
            options: dict[str, Any] = {"version": "auto", "timeout": _TIMEOUT_S}
            options["max_pool_size"] = _CONNECTIONS
            self._client = (
                docker.DockerClient(base_url=self._address, **options)
                if self._address
                else docker.from_env(environment=dict(os.environ), **options)
            ).api
        return self._client

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def about(self) -> dict[str, Any]:
        """Return what the engine says of itself."""
        found: dict[str, Any] = self._ask(self._info)
        return found

    def _info(self) -> Any:
        return self._api.info()  # the first use connects, which may fail

    def image(self, name: str) -> dict[str, Any] | None:
        """Return an image's attributes; None when there is none of that name."""
        try:
            found: dict[str, Any] = self._ask(lambda: self._api.inspect_image(name))
        except Vanished:
            return None
        return found

    def build(self, context: IO[bytes], *, tag: str, labels: Mapping[str, str]) -> Iterator[str]:
        """Build an image from a packed context; yields what the engine says.

        Raises:
            Unavailable: It failed; the detail is the engine's.
        """
        said = self._ask(
            lambda: self._api.build(
                fileobj=context,
                custom_context=True,
                tag=tag,
                labels=dict(labels),
                network_mode="none",
                rm=True,
                forcerm=True,
                decode=True,
            )
        )
        for part in said:
            if "error" in part:
                raise Unavailable(f"The image could not be built: {part['error'].strip()}")
            if text := part.get("stream", "").strip():
                yield text

    def create(self, image: str, **options: Any) -> str:
        """Create a container and return its id."""
        made = self._ask(lambda: self._api.create_container(image, detach=False, **options))
        return str(made["Id"])

    def attach(self, container: str) -> Any:
        """Return a socket to the container's standard streams."""
        streams = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        return self._ask(lambda: self._api.attach_socket(container, params=streams))

    def start(self, container: str) -> None:
        """Start a container."""
        self._ask(lambda: self._api.start(container))

    def remove(self, container: str) -> bool:
        """Kill and remove a container; tell whether there was one, even if it was going already.

        After a crash an engine may list for ever what it has no more.
        """
        try:
            self._ask(lambda: self._api.remove_container(container, force=True, v=True))
        except Vanished as vanished:
            return not vanished.is_missing
        return True

    def containers(self, label: str) -> list[dict[str, Any]]:
        """Return all containers with a label, running or not."""
        found: list[dict[str, Any]] = self._ask(
            lambda: self._api.containers(all=True, filters={"label": label})
        )
        return found

    def _ask(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except APIError as error:
            if error.status_code in {_MISSING, _BEING_REMOVED}:
                raise Vanished(is_missing=error.status_code == _MISSING) from error
            raise Unavailable(
                f"The Docker Engine refused: {_said(error)}", retry_after_s=1.0
            ) from error
        except (DockerException, RequestException, OSError) as error:
            raise Unavailable(
                f"The Docker Engine cannot be reached at {self._place()} ({_innermost(error)}). "
                "Start it, let the user of this service use it (its group is usually docker), or "
                "name its address in the setting engine.",
                retry_after_s=2.0,
            ) from error

    def _place(self) -> str:
        return self._address or os.environ.get("DOCKER_HOST") or "its usual socket"


def _said(error: APIError) -> str:
    explanation = error.explanation or error.response.reason
    if isinstance(explanation, bytes):
        explanation = explanation.decode(errors="replace")
    return str(explanation).strip()[:500]


def _innermost(error: BaseException) -> str:
    """Return the system's own words: the library wraps them several times over."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror
        seen = seen.__cause__ or seen.__context__
    return type(error).__name__


def raw_profile(text: str) -> str:
    """Return a seccomp profile in the one line that the API takes."""
    return json.dumps(json.loads(text), separators=(",", ":"))
