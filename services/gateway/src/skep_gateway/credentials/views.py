"""Shapes of requests and answers about credentials and models."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from skep_contracts.plugins.models import ProviderDescription
from skep_gateway.credentials.tables import CredentialRow
from skep_gateway.web.shapes import Line, View
from skep_inference import AvailableModel

ModelReference = Annotated[str, Field(max_length=300, pattern=r"^[a-z0-9][a-z0-9_-]*/\S+$")]


class CredentialRequest(View):
    """Stores a credential; `values` follow the form of the provider, or of the tool `tool:name`."""

    provider: Annotated[str, Field(max_length=64)]
    name: Annotated[Line, Field(max_length=200)]
    values: dict[str, Any]


class CredentialView(View):
    """A credential, as it may be shown: of secrets a hint at most."""

    id: str
    provider: str
    name: str
    hints: dict[str, str]
    created_at: datetime

    @classmethod
    def of(cls, row: CredentialRow) -> "CredentialView":
        """Show a row."""
        return cls(
            id=row.id,
            provider=row.provider,
            name=row.name,
            hints=row.hints,
            created_at=row.created_at,
        )


class CredentialCheckView(View):
    """Whether the provider accepts a credential; `detail` says why not."""

    ok: bool
    code: str | None = None
    detail: str | None = None


class ModelView(View):
    """A model; workflows write its `reference`. Prices: US dollars per million tokens.

    `is_ready`: its provider needs no credential, or has one.
    """

    reference: str
    provider: str
    name: str
    kind: str
    is_ready: bool
    title: str
    context_tokens: int | None
    max_output_tokens: int | None
    dimensions: int | None
    tools: bool
    vision: bool
    json_schema: bool
    input_price: float | None
    """US dollars per million tokens; null when it is not known."""
    output_price: float | None
    minute_price: float | None
    """Per minute of sound. A model with one of these costs that, and tokens nothing besides."""
    character_price: float | None
    """Per million characters that are spoken."""
    image_price: float | None
    """Per image; of several prices, the lowest."""
    search_price: float | None
    """Per thousand searches of a rerank model."""

    @classmethod
    def of(cls, model: AvailableModel) -> "ModelView":
        """Show a model."""
        info = model.info
        return cls(
            reference=model.reference,
            provider=model.provider,
            name=info.name,
            kind=info.kind,
            is_ready=model.is_ready,
            title=info.title or info.name,
            context_tokens=info.context_tokens,
            max_output_tokens=info.max_output_tokens,
            dimensions=info.dimensions,
            tools=info.tools,
            vision=info.vision,
            json_schema=info.json_schema,
            input_price=info.input_price,
            output_price=info.output_price,
            minute_price=info.minute_price,
            character_price=info.character_price,
            image_price=min(info.image_prices.values(), default=info.image_price),
            search_price=info.search_price,
        )


class ProviderView(View):
    """An installed provider. `is_usable`: it needs no credential, or has one."""

    name: str
    title: str
    description: str
    needs_credential: bool
    is_usable: bool
    open_catalogue: bool
    credential_schema: dict[str, Any]

    @classmethod
    def of(cls, provider: ProviderDescription, *, is_usable: bool) -> "ProviderView":
        """Show a provider."""
        return cls(
            name=provider.name,
            title=provider.title,
            description=provider.description,
            needs_credential=provider.needs_credential,
            is_usable=is_usable,
            open_catalogue=provider.open_catalogue,
            credential_schema=provider.credential_schema,
        )


class DefaultModels(View):
    """What ``default`` means in a workflow, by kind of model; null leaves the choice to Skep."""

    chat: ModelReference | None = None
    embedding: ModelReference | None = None
    rerank: ModelReference | None = None
    moderation: ModelReference | None = None
    transcription: ModelReference | None = None
    speech: ModelReference | None = None
    image: ModelReference | None = None
