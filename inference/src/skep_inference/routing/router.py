"""Which model a name means, and which routes a call of it may take."""

import difflib
from typing import TYPE_CHECKING, Final

import msgspec

from skep_contracts.plugins.models import ModelInfo, ModelKind, ProviderDescription
from skep_contracts.problems import InvalidInput
from skep_inference.routing.catalogue import Catalogue
from skep_inference.routing.credentials import Credential, CredentialBook
from skep_inference.routing.defaults import DefaultModels
from skep_inference.scope import ResolvedModel

if TYPE_CHECKING:
    from skep_runtime.plugins import PluginHost

DEFAULT: Final = "default"
_KIND_WORDS: Final = {
    ModelKind.CHAT: "chat",
    ModelKind.EMBEDDING: "embedding",
    ModelKind.RERANK: "rerank",
    ModelKind.MODERATION: "moderation",
    ModelKind.TRANSCRIPTION: "transcription",
    ModelKind.SPEECH: "speech",
    ModelKind.IMAGE: "images",
}


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One way to call a model."""

    model: ResolvedModel
    description: ProviderDescription
    credential: Credential | None


class Router:
    """Resolves names for a tenant."""

    def __init__(
        self,
        host: "PluginHost",
        *,
        credentials: CredentialBook,
        defaults: DefaultModels,
        catalogue: Catalogue,
    ) -> None:
        self._host = host
        self._credentials = credentials
        self._defaults = defaults
        self._catalogue = catalogue

    def resolve(self, model: str, kind: ModelKind, *, tenant: str) -> ResolvedModel:
        """Return the model that a reference, or ``default``, means to a tenant.

        Raises:
            InvalidInput: There is none: the name is malformed or unknown, the model is of another
                kind, or its provider needs a credential that the tenant has not got.
        """
        reference = model.strip()
        if reference in {DEFAULT, ""}:
            reference = self._defaults.of(tenant, kind) or self._first_free(kind)
        description, name = self._find(reference)
        info = self._catalogue.models(description).get(name)
        if info is None and not description.open_catalogue:
            raise self._unknown_model(description, name, kind)
        if info is not None and info.kind is not kind:
            raise InvalidInput(
                f"{reference} is a model for {_KIND_WORDS[info.kind]}, not for"
                f" {_KIND_WORDS[kind]}.",
                code="wrong_model_kind",
            )
        if description.needs_credential and not self._credentials.of(tenant, description.name):
            raise InvalidInput(
                f"The model {reference} needs a credential of {description.title}, and there is"
                " none. Add one under Credentials (POST /api/v1/credentials), or choose another"
                " model.",
                code="credential_missing",
            )
        return ResolvedModel(provider=description.name, name=name, info=info)

    def routes(self, model: ResolvedModel, *, tenant: str) -> tuple[Route, ...]:
        """Return the ways to call a model, the preferred one first; at least one."""
        description, _ = self._find(model.reference)
        credentials = self._credentials.of(tenant, description.name)
        return tuple(
            Route(model=model, description=description, credential=credential)
            for credential in credentials or (None,)
        )

    def provider(self, name: str) -> ProviderDescription:
        """Return a provider by name.

        Raises:
            InvalidInput: No plugin offers it.
        """
        description = self._host.providers.get(name)
        if description is None:
            known = ", ".join(sorted(self._host.providers)) or "none"
            raise InvalidInput(
                f"No model provider is called {name[:80]!r}. Installed: {known}.",
                code="unknown_provider",
            )
        return description

    def has_credential(self, description: ProviderDescription, tenant: str) -> bool:
        """Tell whether a tenant can call a provider."""
        return not description.needs_credential or bool(
            self._credentials.of(tenant, description.name)
        )

    def _find(self, reference: str) -> tuple[ProviderDescription, str]:
        provider, slash, name = reference.partition("/")
        if not slash or not provider or not name or not reference.isprintable():
            raise InvalidInput(
                f"{reference[:80]!r} is no model. Write provider/name, such as"
                f" {self._example(reference)}, or default.",
                code="malformed_model",
            )
        return self.provider(provider), name

    def _example(self, name: str) -> str:
        """Return the model somebody probably meant, or any that exists."""
        offers = [
            (model, f"{provider}/{model}")
            for provider, description in sorted(self._host.providers.items())
            for model in self._catalogue.models(description)
        ]
        near = difflib.get_close_matches(name, [model for model, _ in offers], n=1)
        matching = [reference for model, reference in offers if near and model == near[0]]
        return (matching or [reference for _, reference in offers] or ["provider/model"])[0]

    def _unknown_model(
        self, description: ProviderDescription, name: str, kind: ModelKind
    ) -> InvalidInput:
        models = self._catalogue.models(description).values()
        offered = ", ".join(m.name for m in models if m.kind is kind) or "none of this kind"
        return InvalidInput(
            f"{description.title} has no model {name[:80]!r}. It offers: {offered}.",
            code="unknown_model",
        )

    def _first_free(self, kind: ModelKind) -> str:
        """Return the first model of a kind that needs no credential, one that stands in last."""
        by_rank = sorted(
            self._host.providers.items(), key=lambda item: (item[1].is_stand_in, item[0])
        )
        for name, description in by_rank:
            if not description.needs_credential:
                for model in self._catalogue.models(description).values():
                    if model.kind is kind:
                        return f"{name}/{model.name}"
        raise InvalidInput(
            f"No default model for {_KIND_WORDS[kind]} is set, and no installed provider offers one"
            " without a credential. Set one with PUT /api/v1/default-models.",
            code="no_default_model",
        )

    def catalogue_of(self, description: ProviderDescription) -> tuple[ModelInfo, ...]:
        """Return a provider's known models, corrected."""
        return tuple(self._catalogue.models(description).values())
