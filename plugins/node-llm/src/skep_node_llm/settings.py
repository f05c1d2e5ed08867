"""The settings of a model node."""

from typing import Annotated, Any, Literal

import msgspec

from skep_contracts.asking import memory as remembering
from skep_contracts.asking.vision import Vision


class PromptMessage(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A fixed message: an example of how to answer, or what else is to be said first."""

    role: Literal["system", "user", "assistant"]
    content: Annotated[str, msgspec.Meta(min_length=1)]


class Prefixes(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Who speaks, where earlier turns are written into a prompt as ``{{memory}}``."""

    user: Annotated[str, msgspec.Meta(min_length=1, max_length=50)] = "User"
    assistant: Annotated[str, msgspec.Meta(min_length=1, max_length=50)] = "Assistant"


class Memory(remembering.Memory, frozen=True, kw_only=True, omit_defaults=True):
    """Earlier turns of the conversation: as messages, or as text where ``{{memory}}`` stands."""

    prefixes: Prefixes = Prefixes()


class LlmSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What to ask, of which model, and how."""

    model: Annotated[
        str, msgspec.Meta(min_length=1, max_length=300, description="`provider/name` or `default`.")
    ] = "default"
    system: Annotated[str, msgspec.Meta(description="Who the model is and what it minds.")] = ""
    messages: Annotated[
        tuple[PromptMessage, ...],
        msgspec.Meta(
            max_length=100, description="Fixed messages before the conversation, in order."
        ),
    ] = ()
    prompt: Annotated[
        str,
        msgspec.Meta(
            description="What the user says in this turn; may hold {{context}} and {{memory}}."
        ),
    ] = ""
    context: Annotated[
        Any, msgspec.Meta(description="Passages to answer from: a list of a retrieval, or a text.")
    ] = None
    memory: Memory | None = None
    vision: Vision | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    stop: Annotated[tuple[str, ...], msgspec.Meta(max_length=16)] = ()
    seed: int | None = None
    response_schema: Annotated[
        dict[str, Any] | None,
        msgspec.Meta(description="JSON Schema of the answer, then in the output `structured`."),
    ] = None
    reasoning: Annotated[
        Literal["apart", "inline"],
        msgspec.Meta(
            description="`<think>` at the start of the text: moved to `reasoning`, or kept."
        ),
    ] = "apart"
    cache_s: (
        Annotated[
            int,
            msgspec.Meta(
                ge=1,
                le=604_800,
                description="Give the answer to the same question again while it is no older.",
            ),
        ]
        | None
    ) = None
    cache_similarity: (
        Annotated[
            float,
            msgspec.Meta(
                ge=0.5,
                le=1.0,
                description="With `cache_s`: count a question that means as nearly the same.",
            ),
        ]
        | None
    ) = None
    extra: Annotated[
        dict[str, Any], msgspec.Meta(description="Parameters of the vendor, sent as they are.")
    ] = {}
