"""Routes of conversations."""

from typing import Annotated, Any, Final

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
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.web.dependencies import Tenant, provided
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
Apps = Annotated[AppFinder, provided(AppFinder)]

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
    bus: OnBus,
    apps: Apps,
    app: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List conversations, the latest first; `app` is an app's id or name."""
    app_id = await apps.id_of(tenant, app) if app is not None else None
    call = ListConversations(app_id=app_id, limit=limit, cursor=cursor)
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
    _check_id(conversation_id)
    call = GetConversation(conversation_id=conversation_id)
    reply = await bus.call(call, tenant=tenant, reply=ConversationReply, timeout_s=_CALL_S)
    return JsonResponse(reply.conversation)


@router.get(
    "/{conversation_id}/variables",
    responses={**_MISSING, 200: answers(dict[str, Any], "Values by name")},
)
@allow("runs:read")
async def show_variables(conversation_id: Conversation, tenant: Tenant, bus: OnBus) -> Response:
    """Show the variables that the next turn of a conversation begins with."""
    _check_id(conversation_id)
    call = GetConversation(conversation_id=conversation_id)
    reply = await bus.call(call, tenant=tenant, reply=ConversationReply, timeout_s=_CALL_S)
    return JsonResponse(reply.variables)


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
    _check_id(conversation_id)
    call = ListMessages(conversation_id=conversation_id, limit=limit, cursor=cursor)
    return JsonResponse(
        await bus.call(call, tenant=tenant, reply=ListMessagesReply, timeout_s=_CALL_S)
    )


def _check_id(conversation_id: str) -> None:
    if not is_id("conversation", conversation_id):
        raise NotFound("There is no such conversation.")
