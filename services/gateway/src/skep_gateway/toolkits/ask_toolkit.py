"""Asking a toolkit what it has, in bounded time."""

import asyncio
import logging
from typing import Any

from skep_contracts.plugins.toolkits import ToolkitDescription
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    ProviderTimedOut,
    SkepError,
    Unauthenticated,
)
from skep_gateway.toolkits.views import ToolkitToolView
from skep_runtime.plugins import PluginHost

_log = logging.getLogger(__name__)


async def ask_toolkit(
    plugins: PluginHost, kind: ToolkitDescription, name: str, settings: dict[str, Any]
) -> list[ToolkitToolView]:
    """Return the tools that the other side lists now.

    Raises:
        SkepError: It cannot be asked; the detail says what to change.
    """
    try:
        toolkit = kind.factory(plugins.context(kind), settings)
        async with asyncio.timeout(kind.list_timeout_s):
            offered = await toolkit.list_tools()
    except Unauthenticated as error:
        # Not the caller's own credential, which is what a 401 would say.
        raise InvalidInput(error.detail, code="toolkit_credential_refused") from error
    except SkepError:
        raise
    except TimeoutError:
        raise ProviderTimedOut(
            f"The toolkit did not list its tools within {kind.list_timeout_s:g} s.",
            code="toolkit_timed_out",
        ) from None
    except Exception as error:
        _log.exception("toolkit failed with a defect", extra={"kind": kind.name})
        raise ProviderFailed(
            "The plugin of this toolkit failed; the server's log says why.", code="bad_plugin"
        ) from error
    return [ToolkitToolView.of(name, tool) for tool in offered]
