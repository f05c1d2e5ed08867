"""The best chunks of one tenant, in an order that does not depend on how many are asked for.

Weaviate gives its best by distance or by BM25, with ties in any order. More are fetched than asked
for until what is left out cannot belong to the best: everything that ties with the last one is
there, and what the filter lets through is enough. Hybrid scores are summed here, so that both parts
of a score are known and the weight means what it says.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from skep_contracts.plugins.stores import CollectionRef, Filter, Hit, SearchMode, StoreQuery
from skep_contracts.problems import FieldError, InvalidInput
from skep_store_weaviate.chunks import asked_words, check_vector
from skep_store_weaviate.filters import AllOf, AnyOf, Needed, check, needed, passes
from skep_store_weaviate.schema import (
    CHUNK,
    DOCUMENT,
    ENABLED,
    FACTS,
    METADATA,
    READ,
    SEQ,
    TEXT,
    WORDS,
)

MAX_FETCHED: Final = 10_000
"""What Weaviate gives at once at the most (its ``QUERY_MAXIMUM_RESULTS``)."""
_MARGIN: Final = 24
_GROWTH: Final = 4
_SAME: Final = 1e-6
T = TypeVar("T")


class Found(msgspec.Struct):
    """A chunk with the parts of its score that are known."""

    id: str
    properties: Any
    metadata: dict[str, Any]
    vector: Sequence[float] = ()
    vector_score: float | None = None
    text_score: float | None = None


class Search:
    """One search in one tenant."""

    def __init__(self, tenant: Any, collection: CollectionRef, query: StoreQuery) -> None:
        """Check the query.

        Raises:
            InvalidInput: It makes no sense.
        """
        self._tenant = tenant
        self._query = query
        self._filter: Filter | None = query.filter
        self._vector = _checked(collection, query)
        self._words = asked_words(query.text.encode("utf-8", "replace").decode())
        if self._filter is not None:
            check(self._filter)

    async def run(self) -> list[Hit]:
        """Return the best."""
        match self._query.mode:
            case SearchMode.SEMANTIC:
                found = await self._grown(self._near)
                return self._hits(found, lambda each: each.vector_score or 0.0)
            case SearchMode.FULL_TEXT:
                found = await self._grown(self._by_words)
                return self._hits(found, lambda each: each.text_score or 0.0)
            case _:
                return await self._hybrid()

    async def _grown(self, fetch: "Callable[[int], Any]") -> list[Found]:
        """Fetch more until the best are certain, or everything is there."""
        size = min(self._query.limit + _MARGIN, MAX_FETCHED)
        while True:
            found, is_all, last = await fetch(size)
            good = [each for each in found if self._passes(each)]
            if is_all or size >= MAX_FETCHED or self._is_certain(good, last):
                return good
            size = min(size * _GROWTH, MAX_FETCHED)

    def _is_certain(self, good: list[Found], last: float) -> bool:
        """Tell whether no chunk that was not fetched can be among the best."""
        if len(good) < self._query.limit:
            return False
        scores = sorted((_known(each) for each in good), reverse=True)
        return scores[self._query.limit - 1] > last + _SAME

    def _passes(self, found: Found) -> bool:
        return self._filter is None or passes(self._filter, found.metadata)

    async def _near(self, size: int) -> tuple[list[Found], bool, float]:
        from weaviate.classes.query import MetadataQuery

        answer = await self._tenant.query.near_vector(
            near_vector=self._vector,
            limit=size,
            filters=self._where(),
            return_metadata=MetadataQuery(distance=True),
            return_properties=READ,
        )
        found = []
        for each in answer.objects:
            one = _found(each)
            one.vector_score = similarity(each.metadata.distance)
            found.append(one)
        last = min((each.vector_score or 0.0 for each in found), default=0.0)
        return found, len(found) < size, last

    async def _by_words(
        self, size: int, *, with_vectors: bool = False, ids: Sequence[str] = ()
    ) -> tuple[list[Found], bool, float]:
        from weaviate.classes.query import MetadataQuery

        if not self._words:
            return [], True, 0.0
        answer = await self._tenant.query.bm25(
            query=self._words,
            query_properties=[WORDS],
            limit=size,
            filters=self._where(ids),
            include_vector=with_vectors,
            return_metadata=MetadataQuery(score=True),
            return_properties=READ,
        )
        found = []
        for each in answer.objects:
            one = _found(each)
            one.text_score = text_score(each.metadata.score or 0.0)
            found.append(one)
        last = min((each.text_score or 0.0 for each in found), default=0.0)
        return found, len(found) < size, last

    async def _hybrid(self) -> list[Hit]:
        weight = self._query.vector_weight
        size = min(4 * self._query.limit + _MARGIN, MAX_FETCHED)
        while True:
            near, near_all, near_last = await self._near(size)
            worded, worded_all, worded_last = await self._by_words(size, with_vectors=True)
            joined = {each.id: each for each in near}
            for each in worded:
                known = joined.setdefault(each.id, each)
                known.text_score = each.text_score
            for each in joined.values():
                if each.vector_score is None:
                    each.vector_score = max(0.0, cosine(self._vector, each.vector))
            if not worded_all:
                await self._add_text_scores([e for e in joined.values() if e.text_score is None])
            good = [each for each in joined.values() if self._passes(each)]
            bound = weight * (0.0 if near_all else near_last)
            bound += (1 - weight) * (0.0 if worded_all else worded_last)
            scores = sorted((self._summed(each) for each in good), reverse=True)
            is_certain = near_all or (
                len(scores) >= self._query.limit and scores[self._query.limit - 1] > bound + _SAME
            )
            if is_certain or size >= MAX_FETCHED:
                return self._hits(good, self._summed)
            size = min(size * _GROWTH, MAX_FETCHED)

    async def _add_text_scores(self, found: Sequence[Found]) -> None:
        """Ask for the words of chunks that were near, but not among the best by words."""
        by_id = {each.id: each for each in found}
        ids = list(by_id)
        for at in range(0, len(ids), 1_000):
            part = ids[at : at + 1_000]
            worded, _, _ = await self._by_words(len(part), ids=part)
            for each in worded:
                by_id[each.id].text_score = each.text_score

    def _summed(self, found: Found) -> float:
        weight = self._query.vector_weight
        return weight * (found.vector_score or 0.0) + (1 - weight) * (found.text_score or 0.0)

    def _hits(self, found: Sequence[Found], score: Callable[[Found], float]) -> list[Hit]:
        is_hybrid = self._query.mode is SearchMode.HYBRID
        hits = [
            Hit(
                id=each.id,
                document_id=each.properties[DOCUMENT],
                seq=int(each.properties[SEQ]),
                text=each.properties[TEXT],
                metadata=each.metadata,
                score=score(each),
                vector_score=each.vector_score,
                text_score=(each.text_score or 0.0) if is_hybrid else each.text_score,
            )
            for each in found
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return hits[: self._query.limit]

    def _where(self, ids: Sequence[str] = ()) -> Any:
        from weaviate.classes.query import Filter as By

        where = By.by_property(ENABLED).equal(val=True)
        wanted = needed(self._filter) if self._filter is not None else None
        if wanted is not None:
            where &= _translated(wanted)
        if ids:
            where &= By.by_property(CHUNK).contains_any(list(ids))
        return where


def _translated(wanted: Needed) -> Any:
    from weaviate.classes.query import Filter as By

    match wanted:
        case AnyOf(facts=facts):
            # Nothing has a fact of no digest: a filter that lets nothing through.
            return By.by_property(FACTS).contains_any(list(facts) or ["-"])
        case AllOf(parts=parts):
            return By.all_of([_translated(part) for part in parts])


def _checked(collection: CollectionRef, query: StoreQuery) -> list[float]:
    if query.limit < 1:
        raise _refused("/limit", "A search gives at least one hit.")
    if not 0.0 <= query.vector_weight <= 1.0:
        raise _refused("/vector_weight", "The weight is between 0 and 1.")
    if query.mode is SearchMode.FULL_TEXT:
        return []
    if query.vector is None:
        raise _refused("/vector", "A search by meaning needs a vector.")
    return check_vector(query.vector, collection, "/vector")


def _refused(pointer: str, message: str) -> InvalidInput:
    return InvalidInput(message, errors=[FieldError(pointer=pointer, message=message)])


def _found(each: Any) -> Found:
    vector = each.vector
    if isinstance(vector, dict):
        vector = vector.get("default", ())
    return Found(
        id=each.properties[CHUNK],
        properties=each.properties,
        metadata=msgspec.json.decode(each.properties[METADATA]),
        vector=vector or (),
    )


def _known(found: Found) -> float:
    return (found.vector_score if found.text_score is None else found.text_score) or 0.0


def similarity(distance: float | None) -> float:
    """Return a cosine distance as a score in [0, 1], rounded as float32 holds it."""
    return min(1.0, max(0.0, round(1.0 - (distance or 0.0), 6)))


def text_score(bm25: float) -> float:
    """Return a BM25 score in [0, 1): a half at 2, and never the best of what was found."""
    return round(bm25 / (bm25 + 2.0), 6) if bm25 > 0 else 0.0


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the cosine of two vectors; 0 where one has no direction."""
    lengths = math.hypot(*one) * math.hypot(*other)
    if not lengths or len(one) != len(other):
        return 0.0
    return round(sum(a * b for a, b in zip(one, other, strict=True)) / lengths, 6)
