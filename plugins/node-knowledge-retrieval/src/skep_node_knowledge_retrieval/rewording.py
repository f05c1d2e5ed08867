"""Other wordings of the query, written by a model; the search does without them where it must."""

import msgspec

from skep_contracts.asking.dialogue import ask
from skep_contracts.asking.rewording import read_wordings, rewording_request
from skep_contracts.plugins.models import Usage
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import Defect, SkepError
from skep_node_knowledge_retrieval.settings import OtherWordings


class Reworded(msgspec.Struct, frozen=True, kw_only=True):
    """What the model came to."""

    wordings: tuple[str, ...] = ()
    usage: Usage = Usage()
    logs: tuple[str, ...] = ()


async def write_wordings(ctx: NodeContext, settings: OtherWordings, *, query: str) -> Reworded:
    """Let the model write the query in other words; an error of its is a line in the trace."""
    request = rewording_request(
        query,
        count=settings.count,
        model=ctx.text(settings.model).strip() or "default",
        instruction=ctx.text(settings.instruction),
    )
    try:
        said = await ask(ctx, request, key="wordings")
    except Defect:
        raise
    except SkepError as error:
        return Reworded(logs=(f"The query was searched for alone: {str(error)[:500]}",))
    wordings = read_wordings(said.text, query=query, count=settings.count)
    logs = () if wordings else ("The model wrote no other wording that can be searched for.",)
    return Reworded(wordings=wordings, usage=said.usage, logs=logs)
