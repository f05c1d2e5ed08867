"""The settings of a retrieval node."""

from typing import Annotated

import msgspec

from skep_contracts.plugins.stores import Filter, SearchMode

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class AutomaticFilter(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Conditions on metadata that a model writes from the query."""

    model: Annotated[
        str, msgspec.Meta(min_length=1, max_length=300, description="`provider/name` or `default`.")
    ] = "default"
    instruction: Annotated[str, msgspec.Meta(description="How to understand the query.")] = ""
    fields: Annotated[
        tuple[str, ...],
        msgspec.Meta(max_length=50, description="The only fields it may ask about; all if empty."),
    ] = ()


class RetrievalSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What to look for, where, and how."""

    query: Annotated[
        str, msgspec.Meta(min_length=1, description="What to look for, with references.")
    ]
    datasets: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=200)], ...],
        msgspec.Meta(min_length=1, max_length=50, description="Names or ids of datasets."),
    ]
    top_k: Annotated[
        int, msgspec.Meta(ge=1, le=100, description="Passages to return at the most.")
    ] = 5
    mode: Annotated[SearchMode, msgspec.Meta(description="By meaning, by words, or by both.")] = (
        SearchMode.HYBRID
    )
    vector_weight: Annotated[
        Share, msgspec.Meta(description="In hybrid search: 1 is meaning alone, 0 is words alone.")
    ] = 0.5
    score_threshold: Annotated[
        Share | None, msgspec.Meta(description="Passages with a lower score are left out.")
    ] = None
    rerank_model: Annotated[
        str | None, msgspec.Meta(description="`provider/name` or `default`; none when left out.")
    ] = None
    filter: Annotated[
        Filter | None, msgspec.Meta(description="Conditions on the metadata of documents.")
    ] = None
    ignore_null_conditions: Annotated[
        bool,
        msgspec.Meta(description="Conditions of the filter whose reference gives null fall away."),
    ] = False
    automatic_filter: Annotated[
        AutomaticFilter | None,
        msgspec.Meta(description="Let a model write conditions from the query, beside `filter`."),
    ] = None
