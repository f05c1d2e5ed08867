"""Embeddings and rerank scores."""

from skep_contracts.plugins.models import (
    Embeddings,
    EmbedRequest,
    RerankRequest,
    RerankScores,
    Usage,
)
from skep_contracts.problems import InvalidInput, NotFound
from skep_contracts.vendor_wire.reading import malformed
from skep_model_openai.session import Session
from skep_model_openai.wire import answers, requests


class Vectors:
    """Sends embedding and rerank requests."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._as_base64 = True  # four times smaller, and quicker to read

    async def embed(self, request: EmbedRequest) -> Embeddings:
        """Embed texts, in one request."""
        if not request.texts:
            return Embeddings(vectors=(), dimensions=0, usage=Usage(), model=request.model)
        answer = await self._post(request)
        ordered = _in_order([vector.index for vector in answer.data], len(request.texts))
        try:
            found = [answers.vector_bytes(answer.data[position]) for position in ordered]
        except answers.MalformedError as error:
            raise malformed("a vector that is neither numbers nor base64") from error
        sizes = {len(vector) for vector in found}
        if len(sizes) != 1 or sizes == {0}:
            raise malformed("vectors of different lengths")
        return Embeddings(
            vectors=tuple(found),
            dimensions=sizes.pop() // 4,
            usage=_usage(answer.usage, request.texts),
            model=answer.model or request.model,
        )

    async def _post(self, request: EmbedRequest) -> answers.VectorList:
        """Send the request; a server that knows no base64 gets it once more, and is remembered."""
        path = requests.EMBEDDINGS_PATH
        vendor = self._session.vendor
        try:
            body = await self._session.post(
                path, requests.embed_body(request, vendor, as_base64=self._as_base64)
            )
        except InvalidInput as error:
            if not self._as_base64 or requests.ENCODING_FIELD not in error.detail:
                raise
            self._as_base64 = False
            body = await self._session.post(
                path, requests.embed_body(request, vendor, as_base64=False)
            )
        try:
            return answers.decode_vectors(body)
        except answers.MalformedError as error:
            raise malformed("something that is no list of vectors") from error

    async def rerank(self, request: RerankRequest) -> RerankScores:
        """Score passages, in one request."""
        if not request.passages:
            return RerankScores(scores=(), usage=Usage(), model=request.model)
        try:
            body = await self._session.post(
                requests.RERANK_PATH, requests.rerank_body(request, self._session.vendor)
            )
        except NotFound as error:
            if error.exact_code != "endpoint_not_found":
                raise
            raise InvalidInput(
                "The endpoint of this credential offers no rerank models.", code="not_supported"
            ) from error
        try:
            answer = answers.decode_ranking(body)
        except answers.MalformedError as error:
            raise malformed("something that is no list of scores") from error
        ranking = answer.results or answer.data
        ordered = _in_order([ranked.index for ranked in ranking], len(request.passages))
        return RerankScores(
            scores=tuple(ranking[position].value() for position in ordered),
            usage=_usage(answer.usage, (request.query, *request.passages)),
            model=answer.model or request.model,
        )


def _in_order(indexes: list[int | None], count: int) -> list[int]:
    """Return where in the answer each item is; without indexes the answer is in order."""
    numbers = [at if index is None else index for at, index in enumerate(indexes)]
    if sorted(numbers) != list(range(count)):
        raise malformed(f"{len(indexes)} results for {count} texts")
    return sorted(range(count), key=numbers.__getitem__)


def _usage(found: answers.UsageObject | None, texts: tuple[str, ...]) -> Usage:
    if found is not None and (found.prompt_tokens or found.total_tokens):
        return found.to_usage()
    return Usage(input_tokens=-(-sum(map(len, texts)) // 4), estimated=True)
