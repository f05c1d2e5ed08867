"""Facts about money: the ledger."""

from typing import ClassVar, Literal

from skep_contracts.envelope import Event


class UsageRecorded(Event, frozen=True, kw_only=True, tag="usage.recorded.v1"):
    """One attempt at a model call, paid or not. `cost_usd` is None when the price is unknown."""

    noun_id_field: ClassVar[str] = "entry_id"

    entry_id: str
    """Stable per attempt, so that a repeat of this event is dropped."""
    provider: str
    model: str
    kind: Literal["chat", "embedding", "rerank", "moderation", "transcription", "speech", "image"]
    """What the model was called for."""
    outcome: Literal["succeeded", "failed", "cancelled", "interrupted"]
    """``interrupted``: the process that made the call is gone; what was used is about what it had
    noted last."""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    """Part of `input_tokens`."""
    audio_s: float = 0.0
    """Seconds of sound that were listened to."""
    characters: int = 0
    """Characters that were spoken."""
    images: int = 0
    """Images that were made."""
    searches: int = 0
    """Searches that a rerank model bills."""
    is_cache_hit: bool = False
    """Whether the answer was kept here, so that nobody was called and nothing is owed."""
    is_estimated: bool = False
    """Whether the tokens were counted here because the provider did not say."""
    cost_usd: float | None = None
    elapsed_s: float = 0.0
    """Seconds until the last token, or until it failed."""
    credential_id: str | None = None
    run_id: str | None = None
    node: str | None = None
    app_id: str | None = None
    dataset_id: str | None = None
    key_id: str | None = None
    """The API key that the call, or its run, was asked for with."""
    end_user: str | None = None
    """Whom it was for, in the caller's words."""
