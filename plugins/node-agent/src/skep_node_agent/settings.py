"""The settings of an agent node."""

from typing import Annotated, Any, Literal

import msgspec

from skep_contracts.asking.memory import Memory


class ToolUse(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A tool the agent may use."""

    name: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            max_length=200,
            description="The tool's name; of a toolkit's tool `toolkit__tool`.",
        ),
    ]
    title: Annotated[str, msgspec.Meta(max_length=200, description="For people.")] = ""
    description: Annotated[
        str,
        msgspec.Meta(
            max_length=4_000, description="For the model, in place of the tool's own words."
        ),
    ] = ""
    arguments: Annotated[
        dict[str, Any],
        msgspec.Meta(description="Fixed arguments: the model neither sees nor sets them."),
    ] = {}
    ask_first: Annotated[
        bool, msgspec.Meta(description="A person has to agree to every call before it is made.")
    ] = False


class AppUse(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A published app the agent may run as a tool."""

    app: Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Its name or id.")]
    description: Annotated[
        str, msgspec.Meta(max_length=4_000, description="For the model, in place of the app's own.")
    ] = ""
    inputs: Annotated[
        dict[str, Any],
        msgspec.Meta(description="Fixed inputs: the model neither sees nor sets them."),
    ] = {}
    ask_first: Annotated[
        bool, msgspec.Meta(description="A person has to agree to every run before it is started.")
    ] = False


class KnowledgeUse(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Datasets the agent may search, as often as it likes."""

    datasets: Annotated[
        tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=200)], ...],
        msgspec.Meta(min_length=1, max_length=50, description="Names or ids of datasets."),
    ]
    top_k: Annotated[int, msgspec.Meta(ge=1, le=50, description="Passages of one search.")] = 5
    score_threshold: (
        Annotated[
            float, msgspec.Meta(ge=0, le=1, description="Passages with a lower score are left out.")
        ]
        | None
    ) = None
    rerank_model: Annotated[
        str | None, msgspec.Meta(description="`provider/name` or `default`; none when left out.")
    ] = None
    description: Annotated[
        str, msgspec.Meta(max_length=4_000, description="For the model: what can be found there.")
    ] = ""


class AgentSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What to work on, with which model and tools, and how far."""

    strategy: Annotated[
        str,
        msgspec.Meta(
            min_length=1, max_length=64, description="How model and tools take turns, by name."
        ),
    ] = "function-calling"
    model: Annotated[
        str, msgspec.Meta(min_length=1, max_length=300, description="`provider/name` or `default`.")
    ] = "default"
    instruction: Annotated[str, msgspec.Meta(description="Who the agent is and what it minds.")] = (
        ""
    )
    query: Annotated[str, msgspec.Meta(min_length=1, description="What it is asked.")]
    tools: Annotated[tuple[ToolUse, ...], msgspec.Meta(max_length=64)] = ()
    apps: Annotated[
        tuple[AppUse, ...], msgspec.Meta(max_length=32, description="Apps to run as tools.")
    ] = ()
    knowledge: KnowledgeUse | None = None
    max_steps: Annotated[
        int, msgspec.Meta(ge=1, le=100, description="Model calls in which tools may be asked for.")
    ] = 10
    on_limit: Annotated[
        Literal["answer", "fail"],
        msgspec.Meta(description="When the steps are used up: answer without tools, or fail."),
    ] = "answer"
    parallel_tools: Annotated[
        bool, msgspec.Meta(description="Call tools side by side that are asked for together.")
    ] = True
    memory: Memory | None = None
    output_schema: Annotated[
        dict[str, Any] | None,
        msgspec.Meta(description="JSON Schema of the answer, then in the output `data`."),
    ] = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    max_tokens: (
        Annotated[int, msgspec.Meta(ge=1, description="Of each reply of the model.")] | None
    ) = None
    extra: Annotated[
        dict[str, Any], msgspec.Meta(description="Parameters of the vendor, sent as they are.")
    ] = {}
