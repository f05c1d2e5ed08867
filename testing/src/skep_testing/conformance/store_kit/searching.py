"""Checks of what a store finds: exact, ordered, in many scripts, whatever the query."""

import array
import math

import msgspec
import pytest

from skep_contracts.plugins.stores import SearchMode, StoreQuery, VectorStore
from skep_contracts.problems import InvalidInput
from skep_testing.conformance.store_kit.cases import (
    MODES,
    StoreCase,
    chunk,
    cosine,
    keys,
    random_chunks,
    vector,
)


class SearchingChecks(StoreCase):
    """The best come first, always the same ones, with scores in [0, 1]."""

    async def test_semantic_search_is_exact(self, store: VectorStore) -> None:
        """Compared with the cosine of every chunk."""
        chunks = random_chunks(400)
        await store.upsert(self.home, chunks)

        for one in random_chunks(10, seed=2):
            query = StoreQuery(text="", vector=one.vector, mode=SearchMode.SEMANTIC, limit=15)
            hits = await store.search(self.home, query)

            exact = {c.id: max(0.0, cosine(c.vector, one.vector)) for c in chunks}
            best = sorted(exact.values(), reverse=True)[:15]
            assert [hit.score for hit in hits] == pytest.approx(best, abs=self.score_tolerance)
            for hit in hits:
                assert hit.score == pytest.approx(exact[hit.id], abs=self.score_tolerance)
                assert hit.vector_score == hit.score

    @pytest.mark.parametrize("mode", MODES)
    async def test_best_hits_begin_every_longer_list(
        self, store: VectorStore, mode: SearchMode
    ) -> None:
        """A limit only cuts; ties are broken by id."""
        chunks = random_chunks(120)
        await store.upsert(self.home, chunks)
        query = StoreQuery(text="word1 word5 word9", vector=chunks[0].vector, mode=mode, limit=120)

        longest = await store.search(self.home, query)

        assert all(0.0 <= hit.score <= 1.0 for hit in longest)
        assert keys(longest) == sorted(keys(longest), key=lambda key: (-key[1], key[0]))
        for limit in (1, 2, 3, 5, 10, 40, 119):
            shorter = msgspec.structs.replace(query, limit=limit)
            assert await store.search(self.home, shorter) == longest[:limit]

    @pytest.mark.parametrize("mode", [SearchMode.SEMANTIC, SearchMode.HYBRID])
    async def test_search_by_vectors_fills_its_limit(
        self, store: VectorStore, mode: SearchMode
    ) -> None:
        """Also when nothing is alike: then scores are 0."""
        await store.upsert(
            self.home,
            [chunk(f"c{at}", vector=vector(*([0.0] * (at % 3)), -1.0)) for at in range(9)],
        )

        hits = await store.search(
            self.home, StoreQuery(text="nothing", vector=vector(1.0), mode=mode, limit=6)
        )

        assert len(hits) == 6
        assert len({hit.id for hit in hits}) == 6

    async def test_equal_chunks_are_ordered_by_id(self, store: VectorStore) -> None:
        """However many are equal."""
        names = [f"chk_{number * 77 % 500:03}" for number in range(200)]
        await store.upsert(
            self.home, [chunk(name, text="the same", vector=vector(0.3, 0.7)) for name in names]
        )

        for mode in MODES:
            query = StoreQuery(text="same", vector=vector(0.2, 0.1), mode=mode, limit=20)
            hits = await store.search(self.home, query)
            assert [hit.id for hit in hits] == sorted(names)[:20]

    async def test_weight_moves_between_text_and_vectors(self, store: VectorStore) -> None:
        """0 is text alone, 1 is vectors alone."""
        await store.upsert(
            self.home,
            [
                chunk("near", text="something else", vector=vector(1.0)),
                chunk("named", text="the refund policy", vector=vector(0.0, 1.0)),
                chunk("both", text="a refund and other things", vector=vector(0.9, 0.4)),
            ],
        )
        query = StoreQuery(text="refund policy", vector=vector(1.0), limit=1)

        best = {
            weight: (
                await store.search(self.home, msgspec.structs.replace(query, vector_weight=weight))
            )[0].id
            for weight in (0.0, 0.5, 1.0)
        }

        assert best == {0.0: "named", 0.5: "both", 1.0: "near"}

    async def test_hybrid_score_is_the_weighted_sum(self, store: VectorStore) -> None:
        """People can check where a score comes from."""
        await store.upsert(self.home, random_chunks(50))
        query = StoreQuery(text="word1 word2", vector=vector(1.0, 0.5), vector_weight=0.3, limit=50)

        hits = await store.search(self.home, query)

        for hit in hits:
            assert hit.vector_score is not None
            assert hit.text_score is not None
            expected = 0.3 * hit.vector_score + 0.7 * hit.text_score
            assert hit.score == pytest.approx(expected, abs=1e-5)

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Refunds are paid within 14 days.", "REFUNDS"),
            ("Our policies changed.", "policy"),
            ("Crème brûlée in the café", "creme cafe"),
            ("Straße und Größe", "STRASSE"),
            ("退款政策适用于所有订单", "退款政策"),
            ("退款政策适用于所有订单", "退"),
            ("返金ポリシーについて", "ポリシー"),
            ("환불 정책은 다음과 같습니다", "정책"),
            ("นโยบายการคืนเงิน", "คืนเงิน"),
            ("Ошибка ERR-1042 в журнале", "err-1042"),
            ("हिन्दी में लिखा", "हिन्दी"),
        ],
    )
    async def test_words_are_found_in_many_scripts(
        self, store: VectorStore, text: str, query: str
    ) -> None:
        """Case, accents, plurals, and scripts written without spaces."""
        await store.upsert(
            self.home, [chunk("right", text=text), chunk("wrong", text="altogether unrelated 42")]
        )

        hits = await store.search(
            self.home, StoreQuery(text=query, vector=None, mode=SearchMode.FULL_TEXT)
        )

        assert [hit.id for hit in hits] == ["right"]

    async def test_chunk_with_more_of_the_words_comes_first(self, store: VectorStore) -> None:
        """And a chunk with none of them does not come at all."""
        await store.upsert(
            self.home,
            [
                chunk("one", text="shipping takes a week and costs nothing at all for members"),
                chunk("two", text="shipping abroad takes longer than a week for most orders"),
                chunk("none", text="our offices are closed on public holidays in all regions"),
            ],
        )

        hits = await store.search(
            self.home,
            StoreQuery(text="shipping abroad?", vector=None, mode=SearchMode.FULL_TEXT),
        )

        assert [hit.id for hit in hits] == ["two", "one"]
        assert hits[0].vector_score is None
        assert hits[0].text_score == hits[0].score

    @pytest.mark.parametrize("mode", MODES)
    async def test_unrelated_chunk_leaves_the_order_alone(
        self, store: VectorStore, mode: SearchMode
    ) -> None:
        """Adding a document does not shuffle what others ask for."""
        chunks = random_chunks(60)
        await store.upsert(self.home, chunks)
        query = StoreQuery(text="word3 word7", vector=chunks[9].vector, mode=mode, limit=10)
        before = [hit.id for hit in await store.search(self.home, query)]

        opposite = array.array("f", chunks[9].vector)
        against = array.array("f", [-number for number in opposite]).tobytes()
        await store.upsert(self.home, [chunk("zzz", text="of no interest", vector=against)])

        assert [hit.id for hit in await store.search(self.home, query)] == before

    async def test_disabled_chunk_is_kept_but_not_found(self, store: VectorStore) -> None:
        """Switching a chunk off and on again is an upsert."""
        await store.upsert(self.home, [chunk("on"), chunk("off", enabled=False)])
        query = StoreQuery(text="text of off", vector=vector(1.0))

        hidden = [hit.id for hit in await store.search(self.home, query)]
        await store.upsert(self.home, [chunk("off", enabled=True)])
        shown = [hit.id for hit in await store.search(self.home, query)]
        await store.upsert(self.home, [chunk("off", enabled=False)])
        again = [hit.id for hit in await store.search(self.home, query)]

        assert (hidden, shown, again) == (["on"], ["off", "on"], ["on"])
        assert await store.count(self.home) == 2

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "   \n",
            '"',
            "\"' OR 1=1 --",
            "a AND OR NOT NEAR(b, c)",
            "tokens: x* ^y -z (((",
            "\0 nul \0",
            "half a pair \ud800",
            "🦀🦀",
            "word1 " * 20_000,
            "я" * 100_000,
            "%_\\",
        ],
        ids=range(12),
    )
    async def test_no_query_text_breaks_the_search(self, store: VectorStore, text: str) -> None:
        """What a person types is never taken for a query language."""
        await store.upsert(self.home, random_chunks(20))

        for mode in MODES:
            hits = await store.search(
                self.home, StoreQuery(text=text, vector=vector(1.0), mode=mode, limit=5)
            )
            assert len(hits) <= 5

    @pytest.mark.parametrize(
        "query",
        [
            StoreQuery(text="x", vector=None, mode=SearchMode.SEMANTIC),
            StoreQuery(text="x", vector=b"123", mode=SearchMode.HYBRID),
            StoreQuery(text="x", vector=vector(math.nan), mode=SearchMode.SEMANTIC),
            StoreQuery(text="x", vector=vector(1.0), limit=0),
            StoreQuery(text="x", vector=vector(1.0), vector_weight=1.5),
        ],
        ids=["no vector", "short vector", "nan", "no limit", "weight"],
    )
    async def test_senseless_query_is_refused(self, store: VectorStore, query: StoreQuery) -> None:
        """With an error for the caller, not a defect."""
        await store.upsert(self.home, [chunk("a")])

        with pytest.raises(InvalidInput):
            await store.search(self.home, query)
