"""Shapes of secrets; a value only comes in."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class SecretRequest(BaseModel):
    """A secret's value."""

    model_config = ConfigDict(extra="forbid")

    value: Annotated[SecretStr, Field(min_length=6, max_length=16_384)]
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
