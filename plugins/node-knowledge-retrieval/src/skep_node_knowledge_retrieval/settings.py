"""The settings of a retrieval node."""

from typing import Annotated, Literal

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


class OtherWordings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The query in other words, written by a model; what each finds is joined by ranks."""

    count: Annotated[
        int, msgspec.Meta(ge=1, le=8, description="Wordings beside the query at the most.")
    ] = 3
    model: Annotated[
        str, msgspec.Meta(min_length=1, max_length=300, description="`provider/name` or `default`.")
    ] = "default"
    instruction: Annotated[str, msgspec.Meta(description="How to word it, with references.")] = ""


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
    fusion: Annotated[
        Literal["weights", "ranks"],
        msgspec.Meta(description="Whether hybrid search joins by scores or by reciprocal ranks."),
    ] = "weights"
    dataset_weights: Annotated[
        dict[str, Annotated[float, msgspec.Meta(gt=0, le=1)]],
        msgspec.Meta(description="By dataset, as written: what its scores are multiplied by."),
    ] = msgspec.field(default_factory=dict)
    expand: Annotated[
        int, msgspec.Meta(ge=0, le=5, description="Chunks before and behind a hit to join to it.")
    ] = 0
    distinct: Annotated[
        bool, msgspec.Meta(description="Of passages with the same text, only the best is given.")
    ] = False
    other_wordings: Annotated[
        OtherWordings | None,
        msgspec.Meta(description="Let a model write the query in other words, to find more."),
    ] = None
