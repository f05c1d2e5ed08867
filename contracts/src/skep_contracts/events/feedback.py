"""Facts about what people think of answers."""

from typing import ClassVar, Literal

from skep_contracts.envelope import Event
from skep_contracts.ids import AppId, RunId


class FeedbackGiven(Event, frozen=True, kw_only=True, tag="feedback.given.v1"):
    """Somebody said what they think of a run's answer, or took that back."""

    noun_id_field: ClassVar[str] = "run_id"

    run_id: RunId
    app_id: AppId
    rater: Literal["end_user", "team"]
    """Whom the answer was for, or a person of the workspace."""
    rating: Literal["good", "bad"] | None = None
    """None when it was taken back, or when there are words alone."""
    comment: str = ""
    has_correction: bool = False
    """A person of the workspace wrote how it should have been."""
