"""Routes of webhooks."""

from typing import Annotated, Literal

import msgspec
from fastapi import Path, Query

from skep_contracts.commands.webhook import DeliverWebhook
from skep_contracts.envelope import Envelope
from skep_contracts.ids import WebhookId, new_id, new_ulid
from skep_contracts.problems import FieldError, Forbidden, InvalidInput, NotFound
from skep_gateway.apps.repository import AppRepository
from skep_gateway.events.kinds import check_kinds
from skep_gateway.events.public import PublicEvent
from skep_gateway.web.dependencies import Session, Tenant, Work, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import Cursors, Page, Paging
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.webhooks.match_events import EventMatcher
from skep_gateway.webhooks.repository import WebhookRepository
from skep_gateway.webhooks.signing import new_secret
from skep_gateway.webhooks.tables import WebhookRow
from skep_gateway.webhooks.views import (
    DeliveryView,
    NewWebhookView,
    WebhookRequest,
    WebhookView,
)
from skep_runtime.clock import now
from skep_runtime.database import add_to_outbox
from skep_runtime.egress import EgressClient
from skep_runtime.vault import Vault

router = api_router("/api/v1/webhooks", tag="webhooks")

Webhook = Annotated[str, Path(max_length=64)]
Pages = Annotated[Cursors, provided(Cursors)]
Seals = Annotated[Vault, provided(Vault)]
Matching = Annotated[EventMatcher, provided(EventMatcher)]
Egress = Annotated[EgressClient, provided(EgressClient)]


@router.post("", status_code=201, responses=problems(Forbidden, NotFound))
@allow("apps:write")
async def create(
    *,
    body: WebhookRequest,
    tenant: Tenant,
    work: Work,
    vault: Seals,
    egress: Egress,
    matcher: Matching,
) -> NewWebhookView:
    """Subscribe a URL to events. The secret in the answer signs its messages; it is shown once."""
    check_kinds(body.kinds, pointer="/kinds")
    _check_url(egress, body.url)
    session = await work.session()
    app_id = (await AppRepository(session, tenant).get(body.app)).id if body.app else None
    webhook_id, secret = new_id("webhook"), new_secret()
    row = WebhookRow(
        id=webhook_id,
        tenant_id=tenant,
        url=body.url,
        kinds=sorted(set(body.kinds)),
        app_id=app_id,
        secret=vault.seal(secret.encode(), context=f"webhook.{webhook_id}"),
        disabled_reason=None,
        created_at=now(),
    )
    await WebhookRepository(session, tenant).add(row)
    work.after_commit(lambda: matcher.forget(tenant))
    return NewWebhookView(secret=secret, **WebhookView.of(row).model_dump())


def _check_url(egress: EgressClient, url: str) -> None:
    try:
        egress.check(url)
    except InvalidInput as error:
        fault = FieldError(pointer="/url", message="refused")
        raise InvalidInput(error.detail, errors=[fault], code=error.exact_code) from error


@router.get("", responses=problems(Forbidden))
@allow("apps:read")
async def list_webhooks(
    *, tenant: Tenant, session: Session, paging: Paging, cursors: Pages
) -> Page[WebhookView]:
    """List webhooks, newest first."""
    before = cursors.open(paging.cursor, tenant=tenant, listing="webhooks")
    rows = await WebhookRepository(session, tenant).page(before=before, limit=paging.limit + 1)
    shown, cursor = cursors.page(rows, paging, tenant=tenant, listing="webhooks")
    return Page(items=[WebhookView.of(row) for row in shown], next_cursor=cursor)


@router.get("/{webhook_id}", responses=problems(Forbidden, NotFound))
@allow("apps:read")
async def show(webhook_id: Webhook, tenant: Tenant, session: Session) -> WebhookView:
    """Show a webhook."""
    return WebhookView.of(await WebhookRepository(session, tenant).get(webhook_id))


@router.delete("/{webhook_id}", status_code=204, responses=problems(Forbidden))
@allow("apps:write")
async def delete(webhook_id: Webhook, tenant: Tenant, work: Work, matcher: Matching) -> None:
    """Delete a webhook; what is not delivered yet will not be."""
    await WebhookRepository(await work.session(), tenant).delete(webhook_id)
    work.after_commit(lambda: matcher.forget(tenant))


@router.get("/{webhook_id}/deliveries", responses=problems(Forbidden, NotFound))
@allow("apps:read")
async def list_deliveries(
    *,
    webhook_id: Webhook,
    tenant: Tenant,
    session: Session,
    paging: Paging,
    cursors: Pages,
    status: Annotated[Literal["delivered", "retrying", "dead", "refused"] | None, Query()] = None,
) -> Page[DeliveryView]:
    """List a webhook's deliveries, newest first. Each had at least one try."""
    repository = WebhookRepository(session, tenant)
    await repository.get(webhook_id)
    listing = f"deliveries.{webhook_id}"
    before = cursors.open(paging.cursor, tenant=tenant, listing=listing)
    rows = await repository.deliveries(
        webhook_id, before=before, limit=paging.limit + 1, status=status
    )
    shown, cursor = cursors.page(rows, paging, tenant=tenant, listing=listing)
    return Page(items=[DeliveryView.of(row) for row in shown], next_cursor=cursor)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/retries",
    status_code=202,
    responses=problems(Forbidden, NotFound),
)
@allow("apps:write")
async def retry_delivery(
    *,
    webhook_id: Webhook,
    delivery_id: Annotated[str, Path(max_length=128)],
    tenant: Tenant,
    session: Session,
) -> DeliveryView:
    """Send an event again, whatever became of it before. Its `webhook-id` stays the same."""
    row = await WebhookRepository(session, tenant).delivery(webhook_id, delivery_id)
    sent = msgspec.json.decode(row.event, type=PublicEvent)
    envelope = Envelope(
        id=sent.id, type=sent.type, time=sent.time, data=sent.data, tenant=tenant, source="gateway"
    )
    add_to_outbox(
        session,
        DeliverWebhook(
            webhook_id=WebhookId(webhook_id),
            delivery_id=delivery_id,
            event=msgspec.Raw(msgspec.json.encode(envelope)),
        ),
        tenant=tenant,
        message_id=f"{delivery_id}.{new_ulid()}",
    )
    view = DeliveryView.of(row)
    return view.model_copy(update={"status": "queued"})
