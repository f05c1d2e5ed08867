"""Shapes of secrets; a value only comes in."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

SHORTEST: Final = 6
LONGEST: Final = 16_384


def _in_bounds(value: SecretStr) -> SecretStr:
    if len(value) < SHORTEST:
        raise ValueError(
            f"must have at least {SHORTEST} characters; a shorter one could not be kept out of logs"
        )
    if len(value) > LONGEST:
        raise ValueError(f"must have at most {LONGEST:,} characters")
    return value


class SecretRequest(BaseModel):
    """A secret's value."""

    model_config = ConfigDict(extra="forbid")

    value: Annotated[
        SecretStr,
        AfterValidator(_in_bounds),
        Field(json_schema_extra={"minLength": SHORTEST, "maxLength": LONGEST}),
    ]
    """At least 6 characters: a shorter one could not be kept out of logs."""


class SecretView(BaseModel):
    """A secret that the app's draft declares, or that has a value."""

    name: str
    is_set: bool
    is_declared: bool
    """Whether the draft has an environment variable of this name and of type `secret`."""


class SecretList(BaseModel):
    """All secrets of an app."""

    items: list[SecretView]
