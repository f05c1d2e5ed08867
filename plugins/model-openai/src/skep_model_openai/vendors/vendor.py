"""One vendor: where it is, and in what its wire differs."""

from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from skep_contracts.plugins.models import EmbedRequest, ModelInfo
from skep_model_openai.wire.dialect import Dialect, LimitField, SchemaMode

OPENAI: Final = "openai"


class Purpose(msgspec.Struct, frozen=True):
    """How a vendor wants to be told what an embedding is for."""

    field: str
    document: str
    query: str

    def of(self, request: EmbedRequest) -> str:
        """Return the vendor's word for a request's purpose."""
        return self.query if request.purpose == "query" else self.document


class Vendor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of ``vendors.json``."""

    name: str
    title: str
    base_url: str
    """Where the API begins; empty when every customer has an address of their own."""
    docs: str
    """The vendor's reference, from which the row was written."""
    description: str = ""
    base_url_hint: str = ""
    key: Literal["required", "optional", "depends"] = "required"
    """``depends``: required at the vendor's own address, optional elsewhere."""
    key_header: str = ""
    """The header that holds the bare key; a bearer token when empty."""
    local: bool = False
    """A server of one's own: the address is usually private, and the operator must allow it."""
    limit_field: LimitField = "max_tokens"
    schema: SchemaMode = "strict"
    usage_in_stream: bool = True
    """Whether it takes ``stream_options``; the others send usage unasked."""
    renamed: dict[str, str] = {}
    """Parameters of a chat request that have another name here."""
    chat: bool = True
    tools: bool = True
    rerank: bool = False
    lists_models: bool = True
    purpose: Purpose | None = None
    dimensions_field: str = "dimensions"
    top_field: str = "top_n"
    """Of a rerank request: how many results to return."""
    judges: bool = False
    """Whether it has models for moderation."""
    hears: Literal["", "formats", "plain"] = ""
    """Whether it transcribes: in the formats of OpenAI, or in its own alone."""
    speaks: bool = False
    sound_names: dict[str, str] = {}
    """Formats of sound that have another name here."""
    draws: Literal["", "size", "sides", "workflow"] = ""
    """Whether it makes images: told a size, a width and a height, or at an address of the model."""
    inline_word: str = "b64_json"
    """What it calls images that stand in the answer."""
    models: tuple[ModelInfo, ...] = ()
    """Models that the table of prices does not have."""

    def is_at_home(self, base_url: str) -> bool:
        """Tell whether an address is the vendor's own, not another server with its wire."""
        if self.key != "depends":
            return True
        return urlsplit(base_url).hostname == urlsplit(self.base_url).hostname

    def dialect(self, base_url: str) -> Dialect:
        """Return how to write the first chat request to any of its models."""
        return Dialect(
            # Most servers know only the older name of the limit.
            limit_field=self.limit_field if self.is_at_home(base_url) else "max_tokens",
            schema_mode=self.schema,
            usage_in_stream=self.usage_in_stream,
            renamed=tuple(self.renamed.items()),
        )

    def credential_schema(self) -> dict[str, Any]:
        """Return the credential form as a JSON Schema."""
        url: dict[str, Any] = {"type": "string", "title": "Base URL", "format": "uri"}
        if self.base_url:
            url["default"] = self.base_url
        hint = self.base_url_hint or "Where the API begins, usually ending in /v1."
        if self.local:
            hint += " A private address must be allowed by the operator."
        properties: dict[str, Any] = {
            "api_key": {"type": "string", "title": "API key", "writeOnly": True},
            "base_url": {**url, "description": hint},
        }
        if self.key != "required":
            properties["api_key"]["description"] = "Some servers of your own need none."
        if self.name == OPENAI:
            properties["organization"] = {"type": "string", "title": "Organisation id"}
            properties["project"] = {"type": "string", "title": "Project id"}
        required = ["api_key"] if self.key == "required" else []
        if not self.base_url:
            required.append("base_url")
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        return {**schema, "additionalProperties": False}
