"""Shapes of requests and answers about feedback."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from skep_gateway.feedback.tables import FeedbackRow
from skep_gateway.web.shapes import View

Rating: TypeAlias = Literal["good", "bad"]
Rater: TypeAlias = Literal["end_user", "team"]


class OwnFeedbackRequest(View):
    """Says what one thinks of an answer that was for oneself."""

    rating: Rating | None = None
    comment: Annotated[str, Field(max_length=4_000)] = ""


class FeedbackRequest(OwnFeedbackRequest):
    """Says what somebody thinks of an answer."""

    correction: Annotated[str, Field(max_length=20_000)] = ""
    """How it should have been. Of the team alone."""
    end_user: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Who thinks so, as the run names them; without it the workspace itself."""


class FeedbackView(View):
    """What one side thinks of a run. `query` and `answer` are as they were then."""

    id: str
    run_id: str
    app_id: str
    conversation_id: str | None
    rater: Rater
    rating: Rating | None
    comment: str
    correction: str
    given_by: str
    query: str
    answer: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: FeedbackRow) -> "FeedbackView":
        """Show a row."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class OwnFeedbackView(View):
    """What a visitor said."""

    rating: Rating | None
    comment: str
