"""A second store and a second embedding model, so that there is somewhere to move to."""

import array
from pathlib import Path
from typing import Any

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import (
    Embeddings,
    EmbedRequest,
    ModelInfo,
    ModelKind,
    ProviderDescription,
    Usage,
)
from skep_contracts.plugins.stores import StoreDescription, VectorStore


class LetterProvider:
    """Vectors are counts of letters."""

    async def embed(self, request: EmbedRequest) -> Embeddings:
        vectors = [
            array.array("f", [text.lower().count(chr(97 + at)) + 0.01 for at in range(26)])
            for text in request.texts
        ]
        return Embeddings(
            vectors=tuple(vector.tobytes() for vector in vectors),
            dimensions=26,
            usage=Usage(input_tokens=1),
            model=request.model,
        )

    async def close(self) -> None:
        """Nothing is open."""


def _store(context: PluginContext) -> VectorStore:
    from skep_store_sqlite.store import SqliteStore, StoreSettings

    folder = Path(context.data_dir) / "elsewhere"
    folder.mkdir(exist_ok=True)
    return SqliteStore(str(folder), StoreSettings.read({}))


def _provider(_context: PluginContext, _values: dict[str, Any]) -> Any:
    return LetterProvider()


@hookimpl
def skep_stores() -> list[StoreDescription]:
    return [StoreDescription(name="elsewhere", title="E", factory=_store)]


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    letters = ModelInfo(name="letters", kind=ModelKind.EMBEDDING, dimensions=26)
    return [
        ProviderDescription(
            name="elsewhere",
            title="E",
            needs_credential=False,
            is_stand_in=True,
            models=(letters,),
            factory=_provider,
        )
    ]
