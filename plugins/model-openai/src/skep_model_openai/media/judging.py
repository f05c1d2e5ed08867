"""Moderation."""

from typing import Final

from skep_contracts.plugins.modalities.moderation import Moderation, ModerationRequest, Verdict
from skep_contracts.plugins.models import Usage
from skep_contracts.vendor_wire.reading import decoded, malformed
from skep_contracts.vendor_wire.text import estimated_tokens
from skep_model_openai.media import wire
from skep_model_openai.session import Session

PATH: Final = "moderations"


async def moderate(session: Session, request: ModerationRequest) -> Moderation:
    """Judge texts, in one request."""
    body = {"model": request.model, "input": list(request.texts)}
    answer = decoded(wire.VERDICTS, await session.post(PATH, body), "no list of verdicts")
    if len(answer.results) != len(request.texts):
        raise malformed(f"{len(answer.results)} verdicts for {len(request.texts)} texts")
    usage = answer.usage.to_usage() if answer.usage is not None else Usage()
    if not usage.input_tokens:
        read = estimated_tokens(sum(map(len, request.texts)))
        usage = Usage(input_tokens=read, estimated=True)
    return Moderation(
        verdicts=tuple(_verdict(found) for found in answer.results),
        usage=usage,
        model=answer.model or request.model,
    )


def _verdict(found: wire.VerdictObject) -> Verdict:
    # Categories that a model does not judge are null.
    categories = {name: bool(is_found) for name, is_found in found.categories.items()}
    scores = {name: score for name, score in found.category_scores.items() if score is not None}
    flagged = any(categories.values()) if found.flagged is None else found.flagged
    return Verdict(flagged=flagged, categories=categories, scores=scores)
