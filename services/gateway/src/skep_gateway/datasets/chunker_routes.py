"""The route of what can split documents."""

from typing import Annotated

from skep_contracts.plugins.parsers import ChunkerDescription
from skep_contracts.problems import Forbidden
from skep_gateway.web.dependencies import provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import Page
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import View
from skep_runtime.plugins import PluginHost

router = api_router("/api/v1/chunkers", tag="datasets")

Plugins = Annotated[PluginHost, provided(PluginHost)]


class ChunkerView(View):
    """A way to split documents that a dataset can have as its `chunker`."""

    name: str
    title: str

    @classmethod
    def of(cls, chunker: ChunkerDescription) -> "ChunkerView":
        """Show a description."""
        return cls(name=chunker.name, title=chunker.title)


@router.get("", responses=problems(Forbidden))
@allow("datasets:read")
async def list_chunkers(plugins: Plugins) -> Page[ChunkerView]:
    """List the ways to split documents that are installed, by name."""
    return Page(items=[ChunkerView.of(each) for _, each in sorted(plugins.chunkers.items())])
