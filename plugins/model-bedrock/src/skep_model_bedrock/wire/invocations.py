"""Bodies and answers of models that are invoked in their makers' own terms: vectors and scores."""

from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import EmbedRequest, RerankRequest
from skep_contracts.vendor_wire.text import mended

INVOKE: Final = "invoke"
COUNT_HEADER: Final = "x-amzn-bedrock-input-token-count"
TITAN: Final = "titan-embed"
COHERE: Final = "cohere.embed"
COHERE_RERANK: Final = "cohere.rerank"
AMAZON_RERANK: Final = "amazon.rerank"
MAX_TEXTS: Final = 96
_TITAN_IMAGE: Final = "titan-embed-image"
_COHERE_OLD: Final = "-v3"


def titan_body(request: EmbedRequest, text: str) -> dict[str, Any]:
    """Return the body for one text, which is all that these models take."""
    body: dict[str, Any] = {"inputText": mended(text) or " "}
    if request.dimensions is not None and _TITAN_IMAGE in request.model:
        body["embeddingConfig"] = {"outputEmbeddingLength": request.dimensions}
    elif request.dimensions is not None:
        body["dimensions"] = request.dimensions
    return body


def cohere_body(request: EmbedRequest) -> dict[str, Any]:
    """Return the body for several texts; one that is too long is refused, never cut."""
    body: dict[str, Any] = {
        "texts": [mended(text) or " " for text in request.texts],
        "input_type": "search_query" if request.purpose == "query" else "search_document",
        "truncate": "NONE",
    }
    if _COHERE_OLD not in request.model:
        body["embedding_types"] = ["float"]
    if request.dimensions is not None:
        body["output_dimension"] = request.dimensions
    return body


def rerank_body(request: RerankRequest) -> dict[str, Any]:
    """Return the body of a rerank request."""
    body: dict[str, Any] = {
        "query": mended(request.query),
        "documents": [mended(passage) for passage in request.passages],
    }
    if COHERE_RERANK in request.model:
        body["api_version"] = 2
    return body


class TitanVector(msgspec.Struct, rename="camel"):
    """The vector of one text."""

    embedding: list[float]
    input_text_token_count: int | None = None


class Floats(msgspec.Struct):
    """Vectors of one type."""

    vectors: list[list[float]] = msgspec.field(name="float")


class CohereVectors(msgspec.Struct):
    """The vectors in the order of the texts; newer models give them by their type."""

    embeddings: list[list[float]] | Floats

    def floats(self) -> list[list[float]]:
        """Return the vectors."""
        found = self.embeddings
        return found.vectors if isinstance(found, Floats) else found


class Ranked(msgspec.Struct):
    """A passage, and how well it answers."""

    index: int
    relevance_score: float


class Ranking(msgspec.Struct):
    """The passages, best first."""

    results: list[Ranked]


TITAN_VECTORS: Final = msgspec.json.Decoder(TitanVector, strict=False)
COHERE_VECTORS: Final = msgspec.json.Decoder(CohereVectors, strict=False)
RANKINGS: Final = msgspec.json.Decoder(Ranking, strict=False)
