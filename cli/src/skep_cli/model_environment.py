"""Makes the provider key in the operator's shell the default model of a stack that starts here.

``OPENAI_API_KEY`` (with ``OPENAI_BASE_URL``, ``OPENAI_MODEL`` and ``OPENAI_EMBEDDING_MODEL`` by
choice) is stored like any other credential: sealed, and replaced when it changes.
"""

import os
from typing import Any, Final
from urllib.parse import urlsplit

from skep_cli.api import Api, ApiProblem

_PROVIDER: Final = "openai"
_CREDENTIAL: Final = "from-environment"


def allowed_address() -> str | None:
    """Return the host that the operator's ``OPENAI_BASE_URL`` names; it may be a private one."""
    base_url = os.environ.get("OPENAI_BASE_URL")
    return urlsplit(base_url).hostname if base_url else None


async def configure_models(api: Api) -> str | None:
    """Store the key in the environment and make its models the default; return the chat model.

    Returns None when there is no key. What people chose as their defaults since stays theirs.
    """
    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        return None
    values = {"api_key": key}
    if base_url := os.environ.get("OPENAI_BASE_URL"):
        values["base_url"] = base_url
    await _store(api, values)
    return await _choose_defaults(api)


async def _store(api: Api, values: dict[str, str]) -> None:
    for credential in await api.pages("/api/v1/credentials", limit=1000):
        if credential["provider"] == _PROVIDER and credential["name"] == _CREDENTIAL:
            await api.request("DELETE", f"/api/v1/credentials/{credential['id']}")
    await api.request(
        "POST",
        "/api/v1/credentials",
        {"provider": _PROVIDER, "name": _CREDENTIAL, "values": values},
    )


async def _choose_defaults(api: Api) -> str | None:
    wanted = {
        "chat": os.environ.get("OPENAI_MODEL"),
        "embedding": os.environ.get("OPENAI_EMBEDDING_MODEL"),
    }
    try:
        listed = (await api.request("GET", "/api/v1/models"))["items"]
    except ApiProblem:
        listed = []
    defaults: dict[str, Any] = dict(await api.request("GET", "/api/v1/default-models"))
    for kind, name in wanted.items():
        is_ours = str(defaults.get(kind) or "").startswith(f"{_PROVIDER}/")
        first = None if is_ours else next((_bare(m) for m in listed if _is_of(m, kind)), None)
        if chosen_name := name or first:
            defaults[kind] = f"{_PROVIDER}/{chosen_name}"
    chosen = {kind: model for kind, model in defaults.items() if model}
    await api.request("PUT", "/api/v1/default-models", chosen)
    return chosen.get("chat")


def _is_of(model: dict[str, Any], kind: str) -> bool:
    return bool(model.get("provider") == _PROVIDER and model.get("kind") == kind)


def _bare(model: dict[str, Any]) -> str:
    return str(model["name"]).removeprefix(f"{_PROVIDER}/")
