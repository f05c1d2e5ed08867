"""Checks of metadata filters: they let through what they mean, and nothing can be injected."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skep_contracts.plugins.stores import (
    Condition,
    Filter,
    Group,
    Hit,
    SearchMode,
    StoreQuery,
    VectorStore,
)
from skep_contracts.problems import InvalidInput
from skep_testing.conformance.store_kit.cases import MODES, StoreCase, chunk, keys, vector
from skep_testing.conformance.store_kit.filter_meaning import matches

_TEXTS: Final = st.sampled_from(
    [
        "",
        "a",
        "ab",
        "abc",
        "B",
        "10",
        "2024-05-01",
        "2024-11-30",
        "é",
        "日本",
        "%",
        "_",
        "'",
        "true",
    ]
)
_NUMBERS: Final = st.sampled_from([0, 1, -1, 2, 10, 2**53, 0.5, -0.5, 1.0, 1e300])
_SCALARS: Final = st.one_of(_TEXTS, _NUMBERS, st.booleans())
_VALUES: Final = st.one_of(
    st.none(), _SCALARS, st.lists(_SCALARS | st.none(), max_size=3), st.just({"deep": 1})
)
_NAMES: Final = ("a", "b", "page", "größe", "with space", "a.b", "x[0]", "$", "it's", "--", "")
_FIELDS: Final = st.sampled_from(_NAMES)
_METADATA: Final = st.dictionaries(_FIELDS, _VALUES, max_size=4)


def _condition(op: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Filter]:
    return st.builds(Condition, field=_FIELDS, op=st.just(op), value=values)


_CONDITIONS: Final[st.SearchStrategy[Filter]] = st.one_of(
    *(_condition(op, _SCALARS | st.none()) for op in ("eq", "ne")),
    *(_condition(op, _TEXTS | _NUMBERS) for op in ("lt", "le", "gt", "ge")),
    _condition("in", st.lists(_SCALARS | st.none(), max_size=4)),
    _condition("contains", _SCALARS),
    _condition("starts_with", _TEXTS),
    _condition("ends_with", _TEXTS),
    _condition("exists", st.none() | st.booleans()),
)


def _groups(children: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    return st.builds(
        Group,
        match=st.sampled_from(["all", "any", "none"]),
        of=st.lists(children, max_size=3).map(tuple),
    )


FILTERS: Final[st.SearchStrategy[Filter]] = st.recursive(_CONDITIONS, _groups, max_leaves=6)

HOSTILE: Final = (
    "a'; DROP TABLE chunks; --",
    'a" OR 1=1 --',
    "a') OR ('1'='1",
    '$."a" OR 1=1',
    "a\\",
    'a"."b',
    "[*]",
    "a\0b",
    "a\nb",
    "half a pair \ud800",
    "?" * 40,
    "x" * 5_000,
    "{{a}}",
    "%s%d",
)


class FilteringChecks(StoreCase):
    """A filter never lets through what it does not mean."""

    @given(metadata=st.lists(_METADATA, max_size=8), conditions=st.lists(FILTERS, max_size=8))
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[
            HealthCheck.differing_executors,
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
        ],
    )
    def test_filters_let_through_what_they_mean(
        self,
        tmp_path: Path,
        metadata: Sequence[dict[str, Any]],
        conditions: Sequence[Filter],
    ) -> None:
        """Whatever the metadata and the filter: the same chunks as the plain Python."""
        asyncio.run(self._compare(tmp_path, metadata, conditions))

    async def _compare(
        self, data_dir: Path, metadata: Sequence[dict[str, Any]], conditions: Sequence[Filter]
    ) -> None:
        store = self.open_store(data_dir)
        await store.drop(self.home)
        await store.ensure(self.home)
        chunks = [
            chunk(f"c{at}", text="word", metadata=values) for at, values in enumerate(metadata)
        ]
        await store.upsert(self.home, chunks)
        for condition in conditions:
            expected = [c.id for c in chunks if matches(condition, c.metadata)]
            for mode in (SearchMode.SEMANTIC, SearchMode.FULL_TEXT):
                query = StoreQuery(
                    text="word", vector=vector(1.0), mode=mode, limit=20, filter=condition
                )
                hits = await store.search(self.home, query)
                assert sorted(hit.id for hit in hits) == expected, (mode, condition)
        await store.close()

    @pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
    @pytest.mark.parametrize(
        "op", ["eq", "ne", "gt", "in", "contains", "starts_with", "ends_with", "exists"]
    )
    async def test_nothing_can_be_injected(self, store: VectorStore, op: Any, hostile: str) -> None:
        """Names and values from outside are data; some are refused, none is obeyed."""
        await store.upsert(
            self.home, [chunk("a", metadata={"a": "1"}), chunk("b", metadata={"b": hostile[:0]})]
        )

        for condition in (
            Condition(field=hostile, op=op, value=True if op == "exists" else _value(op, "1")),
            Condition(field="a", op=op, value=True if op == "exists" else _value(op, hostile)),
        ):
            for mode in MODES:
                query = StoreQuery(text="text", vector=vector(1.0), mode=mode, filter=condition)
                hits = await self._search_or_refusal(store, query)
                if hits is None:
                    continue
                allowed = {
                    name
                    for name, metadata in (("a", {"a": "1"}), ("b", {"b": ""}))
                    if matches(condition, metadata)
                }
                assert {hit.id for hit in hits} == allowed
        assert await store.count(self.home) == 2

    async def _search_or_refusal(self, store: VectorStore, query: StoreQuery) -> list[Hit] | None:
        try:
            return await store.search(self.home, query)
        except InvalidInput as error:
            refusal = error
        assert refusal.errors[0].pointer.startswith("/filter")
        return None

    @pytest.mark.parametrize(
        "condition",
        [
            Condition(field="a", op="in", value="not a list"),
            Condition(field="a", op="in", value=[{"an": "object"}]),
            Condition(field="a", op="lt", value=None),
            Condition(field="a", op="ge", value=True),
            Condition(field="a", op="starts_with", value=3),
            Condition(field="a", op="ends_with", value=["x"]),
            Condition(field="a", op="contains", value=None),
            Condition(field="a", op="eq", value={"an": "object"}),
            Condition(field="a", op="eq", value=float("nan")),
            Condition(field="a", op="eq", value=10**400),
            Condition(field="a", op="exists", value="yes"),
            Condition(field="a", op="in", value=list(range(100_000))),
        ],
        ids=range(12),
    )
    async def test_senseless_filter_is_refused_with_its_place(
        self, store: VectorStore, condition: Condition
    ) -> None:
        """The author of a filter learns which condition is at fault."""
        await store.upsert(self.home, [chunk("a", metadata={"a": 1})])
        nested = Group(match="all", of=(Condition(field="b", op="exists"), condition))

        with pytest.raises(InvalidInput) as refused:
            await store.search(self.home, StoreQuery(text="x", vector=vector(1.0), filter=nested))

        assert refused.value.errors[0].pointer.startswith("/filter/of/1")

    async def test_endless_filter_is_refused(self, store: VectorStore) -> None:
        """Depth and size are bounded before a database sees them."""
        await store.upsert(self.home, [chunk("a", metadata={"a": 1})])
        deep: Filter = Condition(field="a", op="eq", value=1)
        for _ in range(200):
            deep = Group(match="any", of=(deep,))
        wide = Group(match="any", of=(Condition(field="a", op="eq", value=1),) * 50_000)

        for condition in (deep, wide):
            with pytest.raises(InvalidInput):
                await store.search(
                    self.home, StoreQuery(text="x", vector=vector(1.0), filter=condition)
                )

    @pytest.mark.parametrize("mode", MODES)
    async def test_filtered_search_is_the_search_among_those(
        self, store: VectorStore, mode: SearchMode
    ) -> None:
        """A filter changes neither scores nor order."""
        chunks = [
            chunk(
                f"c{at:03}",
                text=f"word{at % 7} word{at % 11}",
                vector=vector(at % 13, at % 5, 1.0),
                metadata={"group": at % 10},
            )
            for at in range(200)
        ]
        await store.upsert(self.home, chunks)
        query = StoreQuery(text="word3 word5", vector=vector(4.0, 2.0), mode=mode, limit=200)
        everything = keys(await store.search(self.home, query))

        condition = Condition(field="group", op="in", value=[3, 4])
        filtered = await store.search(
            self.home, msgspec.structs.replace(query, filter=condition, limit=12)
        )

        wanted = {c.id for c in chunks if c.metadata["group"] in {3, 4}}
        assert keys(filtered) == [key for key in everything if key[0] in wanted][:12]


def _value(op: str, value: str) -> Any:
    return [value] if op == "in" else value
