"""Routes of conversations."""

from typing import Annotated, Final

from fastapi import Path, Query
from starlette.responses import Response

from skep_contracts.calls.run import (
    ConversationInfo,
    ConversationReply,
    GetConversation,
    ListConversations,
    ListConversationsReply,
    ListMessages,
    ListMessagesReply,
)
from skep_contracts.ids import is_id
from skep_contracts.problems import Forbidden, NotFound, Unavailable
from skep_gateway.apps.repository import AppRepository
from skep_gateway.web.dependencies import Tenant, Work, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import MAX_PAGE
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import JsonResponse, answers
from skep_runtime.bus import Bus

router = api_router("/api/v1/conversations", tag="conversations")

Conversation = Annotated[str, Path(max_length=64)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Cursor = Annotated[str | None, Query(max_length=1024)]
OnBus = Annotated[Bus, provided(Bus)]

_CALL_S: Final = 10.0
_MISSING: Final = problems(Forbidden, NotFound, Unavailable)


@router.get(
    "",
    responses={**_MISSING, 200: answers(ListConversationsReply, "A page, the latest first")},
)
@allow("runs:read")
async def list_conversations(
    *,
    tenant: Tenant,
    work: Work,
    bus: OnBus,
    app: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List conversations, the latest first; `app` is an app's id or name."""
    if app is not None and not is_id("app", app):
        app = (await AppRepository(await work.session(), tenant).get(app)).id
    call = ListConversations(app_id=app, limit=limit, cursor=cursor)
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListConversationsReply, timeout_s=_CALL_S)
    )


@router.get(
    "/{conversation_id}",
    responses={**_MISSING, 200: answers(ConversationInfo, "The conversation")},
)
@allow("runs:read")
async def show(conversation_id: Conversation, tenant: Tenant, bus: OnBus) -> Response:
    """Show a conversation."""
    call = GetConversation(conversation_id=conversation_id)
    reply = await bus.call(call, tenant=tenant, reply=ConversationReply, timeout_s=_CALL_S)
    return JsonResponse(reply.conversation)


@router.get(
    "/{conversation_id}/messages",
    responses={**_MISSING, 200: answers(ListMessagesReply, "A page of turns, oldest first")},
)
@allow("runs:read")
async def list_messages(
    *,
    conversation_id: Conversation,
    tenant: Tenant,
    bus: OnBus,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """List a conversation's turns, oldest first."""
    call = ListMessages(conversation_id=conversation_id, limit=limit, cursor=cursor)
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListMessagesReply, timeout_s=_CALL_S)
    )
