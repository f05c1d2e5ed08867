"""Moderation, speech and images: what models do that is answered as a whole."""

from collections.abc import Callable

import msgspec

from skep_contracts.plugins.modalities.images import (
    ImageMaker,
    ImageRequest,
    MadeImages,
    image_form,
)
from skep_contracts.plugins.modalities.moderation import (
    Moderation,
    ModerationRequest,
    Moderator,
)
from skep_contracts.plugins.modalities.speech import (
    Speaker,
    Speech,
    SpeechRequest,
    Transcriber,
    Transcript,
    TranscriptionRequest,
)
from skep_contracts.plugins.models import ModelKind, Provider, Usage
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_inference.calls.call import Call, Finished, Parts
from skep_inference.calls.estimating import text_usage, tokens
from skep_inference.calls.sounds import seconds, seconds_at_most
from skep_inference.calls.whole import whole
from skep_inference.money.expected import texts_at_most
from skep_inference.scope import CallScope, ResolvedModel

_HEARD_PER_S = 25
"""Tokens that a second of sound is at the most, read and written together."""
_SPOKEN_PER_CHARACTER = 3
"""Tokens of sound that a character becomes at the most."""
_TOKENS_PER_IMAGE = 6_300
"""Of the dearest image there is."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A model that is asked for something, for somebody."""

    parts: Parts
    model: str
    scope: CallScope
    on_finished: Finished | None = None

    def call(self, kind: ModelKind, expected: Callable[[], Usage]) -> Call:
        """Begin a call, with what it may use where that matters to a budget."""
        parts, scope = self.parts, self.scope
        resolved = parts.router.resolve(self.model, kind, tenant=scope.tenant)
        return Call(
            parts,
            resolved,
            kind,
            expected=expected() if parts.guard.counts_tokens(scope) else Usage(),
            scope=scope,
            on_finished=self.on_finished,
        )


async def moderate(asked: Asked, request: ModerationRequest) -> Moderation:
    """Judge texts; see `Inference.moderate`."""
    call = asked.call(ModelKind.MODERATION, lambda: texts_at_most(request.texts))

    async def perform(provider: Provider) -> Moderation:
        if not isinstance(provider, Moderator):
            raise _unable(call.model)
        wanted = msgspec.structs.replace(request, model=call.model.name)
        made = await provider.moderate(wanted)
        if len(made.verdicts) != len(request.texts):
            raise _malformed(f"{len(made.verdicts)} verdicts for {len(request.texts)} texts")
        return made

    return await whole(call, perform, spent=lambda: text_usage(request.texts))


async def transcribe(asked: Asked, request: TranscriptionRequest) -> Transcript:
    """Write a recording down; see `Inference.transcribe`."""

    def at_most() -> Usage:
        longest_s = seconds_at_most(request.sound)
        return Usage(audio_s=longest_s, input_tokens=int(longest_s * _HEARD_PER_S) + 1)

    call = asked.call(ModelKind.TRANSCRIPTION, at_most)

    def counted(usage: Usage, duration_s: float | None = None) -> Usage:
        if usage.audio_s:
            return usage
        if duration_s:
            return msgspec.structs.replace(usage, audio_s=duration_s)
        return msgspec.structs.replace(usage, audio_s=seconds(request.sound), estimated=True)

    async def perform(provider: Provider) -> Transcript:
        if not isinstance(provider, Transcriber):
            raise _unable(call.model)
        wanted = msgspec.structs.replace(request, model=call.model.name)
        made = await provider.transcribe(wanted)
        return msgspec.structs.replace(made, usage=counted(made.usage, made.duration_s))

    def spent() -> Usage:
        heard = int(seconds(request.sound) * _HEARD_PER_S)
        return counted(Usage(input_tokens=heard, estimated=True))

    return await whole(call, perform, spent=spent)


async def speak(asked: Asked, request: SpeechRequest) -> Speech:
    """Speak a text; see `Inference.speak`."""
    characters = len(request.text)

    def at_most() -> Usage:
        read = texts_at_most((request.text, request.instructions or "")).input_tokens
        spoken = characters * _SPOKEN_PER_CHARACTER + 1
        return Usage(characters=characters, input_tokens=read, output_tokens=spoken)

    call = asked.call(ModelKind.SPEECH, at_most)

    def spent() -> Usage:
        # Vendors do not say how many tokens the sound was: half of what it can be.
        spoken = -(-characters * _SPOKEN_PER_CHARACTER // 2)
        return Usage(
            characters=characters,
            input_tokens=tokens(characters),
            output_tokens=spoken,
            estimated=True,
        )

    async def perform(provider: Provider) -> Speech:
        if not isinstance(provider, Speaker):
            raise _unable(call.model)
        wanted = msgspec.structs.replace(request, model=call.model.name)
        made = await provider.speak(wanted)
        if not made.sound:
            raise _malformed("no sound")
        if made.usage == Usage():
            return msgspec.structs.replace(made, usage=spent())
        return msgspec.structs.replace(
            made, usage=msgspec.structs.replace(made.usage, characters=characters)
        )

    return await whole(call, perform, spent=spent)


async def make_images(asked: Asked, request: ImageRequest) -> MadeImages:
    """Make images; see `Inference.make_images`."""
    form = image_form(request)

    def at_most() -> Usage:
        read = texts_at_most((request.prompt,)).input_tokens
        drawn = _TOKENS_PER_IMAGE * request.count
        return Usage(images=request.count, image_form=form, input_tokens=read, output_tokens=drawn)

    call = asked.call(ModelKind.IMAGE, at_most)

    async def perform(provider: Provider) -> MadeImages:
        if not isinstance(provider, ImageMaker):
            raise _unable(call.model)
        wanted = msgspec.structs.replace(request, model=call.model.name)
        made = await provider.make_images(wanted)
        if not 0 < len(made.images) <= request.count:
            raise _malformed(f"{len(made.images)} images where {request.count} were asked for")
        usage = msgspec.structs.replace(made.usage, images=len(made.images), image_form=form)
        return msgspec.structs.replace(made, usage=usage)

    return await whole(
        call, perform, spent=lambda: msgspec.structs.replace(at_most(), estimated=True)
    )


def _unable(model: ResolvedModel) -> InvalidInput:
    return InvalidInput(
        f"The plugin of the provider {model.provider} cannot do that.", code="not_supported"
    )


def _malformed(what: str) -> ProviderFailed:
    return ProviderFailed(f"The provider gave {what}.", code="malformed_answer")
