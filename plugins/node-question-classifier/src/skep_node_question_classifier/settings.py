"""The settings of a question classifier."""

from typing import Annotated, Any

import msgspec

from skep_contracts.asking.memory import Memory
from skep_contracts.asking.vision import Vision


class ClassOption(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A class. Its id is the port that edges leave by."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, description="What the model chooses by.")]
    description: Annotated[str, msgspec.Meta(description="What belongs to it, and what not.")] = ""


class ClassifierSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What to classify, into which classes, and by which model."""

    model: Annotated[
        str, msgspec.Meta(min_length=1, max_length=300, description="`provider/name` or `default`.")
    ] = "default"
    query: Annotated[
        str, msgspec.Meta(min_length=1, description="What to classify, with references.")
    ]
    classes: Annotated[
        tuple[ClassOption, ...],
        msgspec.Meta(min_length=1, max_length=100, description="The first is taken when in doubt."),
    ]
    instruction: Annotated[str, msgspec.Meta(description="What else decides.")] = ""
    memory: Memory | None = None
    vision: Vision | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    extra: Annotated[
        dict[str, Any], msgspec.Meta(description="Parameters of the vendor, sent as they are.")
    ] = {}
