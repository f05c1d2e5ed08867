"""An offline, deterministic model: echoes, quotes passages, fills schemas, hashes texts, draws."""

from typing import Any, Final

from skep_contracts.plugins.manifest import PluginContext, hookimpl
from skep_contracts.plugins.models import ModelInfo, ModelKind, Provider, ProviderDescription


def _provider(_context: PluginContext, _credential: dict[str, Any]) -> Provider:
    from skep_model_echo.provider import EchoProvider

    return EchoProvider()


MODELS: Final = (
    ModelInfo(
        name="echo",
        kind=ModelKind.CHAT,
        title="Echo",
        context_tokens=1_000_000,
        tools=True,
        json_schema=True,
        input_price=0.0,
        output_price=0.0,
    ),
    ModelInfo(
        name="hash-256",
        kind=ModelKind.EMBEDDING,
        title="Hashed words",
        dimensions=256,
        max_batch=256,
        input_price=0.0,
        output_price=0.0,
    ),
    ModelInfo(
        name="overlap",
        kind=ModelKind.RERANK,
        title="Shared words",
        input_price=0.0,
        output_price=0.0,
    ),
    ModelInfo(
        name="word-list",
        kind=ModelKind.MODERATION,
        title="Word list",
        input_price=0.0,
        output_price=0.0,
    ),
    ModelInfo(name="tones", kind=ModelKind.SPEECH, title="Tones", character_price=0.0),
    ModelInfo(name="listener", kind=ModelKind.TRANSCRIPTION, title="Listener", minute_price=0.0),
    ModelInfo(name="letters", kind=ModelKind.IMAGE, title="Letters", image_price=0.0),
)


@hookimpl
def skep_providers() -> list[ProviderDescription]:
    """Offer models that need neither a key nor a network."""
    return [
        ProviderDescription(
            name="echo",
            title="Echo (offline)",
            description=(
                "Works without a key and without a network, always the same way: it repeats what"
                " it is told, quotes the passages it is given, and matches texts by their words."
            ),
            needs_credential=False,
            models=MODELS,
            factory=_provider,
            is_stand_in=True,
        )
    ]
