"""Routes of webhooks."""

from typing import Annotated, Final

from fastapi import Path, Query

from skep_contracts.ids import TenantId, new_id
from skep_contracts.problems import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from skep_gateway.apps.find_app import AppFinder
from skep_gateway.events.kinds import PLATFORM_NOUNS, check_kinds, noun_of
from skep_gateway.web.dependencies import Session, Tenant, Work, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.pages import Cursors, Page, Paging
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.webhooks.follow_events import EventFollower
from skep_gateway.webhooks.repository import Subscriber, WebhookRepository
from skep_gateway.webhooks.signing import new_secret
from skep_gateway.webhooks.tables import WebhookRow
from skep_gateway.webhooks.try_again import RetrySchedule
from skep_gateway.webhooks.views import (
    DeliveryStatus,
    DeliveryView,
    NewWebhookView,
    WebhookRequest,
    WebhookView,
)
from skep_runtime.clock import now
from skep_runtime.egress import EgressClient
from skep_runtime.vault import Vault

router = api_router("/api/v1/webhooks", tag="webhooks")

Webhook = Annotated[str, Path(max_length=64)]
Pages = Annotated[Cursors, provided(Cursors)]
Seals = Annotated[Vault, provided(Vault)]
Following = Annotated[EventFollower, provided(EventFollower)]
Retries = Annotated[RetrySchedule, provided(RetrySchedule)]
Egress = Annotated[EgressClient, provided(EgressClient)]
Apps = Annotated[AppFinder, provided(AppFinder)]

_MOST: Final = 50
"""Webhooks of a tenant: each event is posted once for every one of them."""


@router.post("", status_code=201, responses=problems(Forbidden, NotFound, Conflict))
@allow("apps:write")
async def create(
    *,
    body: WebhookRequest,
    tenant: Tenant,
    work: Work,
    vault: Seals,
    egress: Egress,
    following: Following,
    apps: Apps,
) -> NewWebhookView:
    """Subscribe a URL to events. The secret in the answer signs its messages; it is shown once."""
    _check(egress, body)
    app_id = await apps.existing(tenant, body.app) if body.app else None
    row, secret = _new_row(tenant, body, app_id, vault)
    subscriber = Subscriber.of(row)
    # First, so that nothing is missed between the answer and whoever reads the events.
    await following.prepare(subscriber)
    work.after_rollback(lambda: following.drop(subscriber))
    work.after_commit(following.look)
    repository = WebhookRepository(await work.session(), tenant)
    if await repository.count() >= _MOST:
        raise Conflict(f"There are {_MOST} webhooks already. Delete one first.", code="too_many")
    await repository.add(row)
    return NewWebhookView(secret=secret, **WebhookView.of(row).model_dump())


def _new_row(
    tenant: TenantId, body: WebhookRequest, app_id: str | None, vault: Vault
) -> tuple[WebhookRow, str]:
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
    return row, secret


def _check(egress: EgressClient, body: WebhookRequest) -> None:
    check_kinds(body.kinds, pointer="/kinds")
    for index, kind in enumerate(body.kinds):
        if noun_of(kind) in PLATFORM_NOUNS:
            raise InvalidInput(
                f"{kind} concerns the whole platform and is not sent to webhooks. Operators read "
                "it from GET /api/v1/events.",
                errors=[FieldError(pointer=f"/kinds/{index}", message="not sent to webhooks")],
            )
    try:
        egress.check(body.url)
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


@router.delete("/{webhook_id}", status_code=204, responses=problems(Forbidden, NotFound))
@allow("apps:write")
async def delete(webhook_id: Webhook, tenant: Tenant, work: Work, following: Following) -> None:
    """Delete a webhook; what is not delivered yet will not be."""
    repository = WebhookRepository(await work.session(), tenant)
    await repository.get(webhook_id)
    await repository.delete(webhook_id)
    work.after_commit(following.look)


@router.get("/{webhook_id}/deliveries", responses=problems(Forbidden, NotFound))
@allow("apps:read")
async def list_deliveries(
    *,
    webhook_id: Webhook,
    tenant: Tenant,
    session: Session,
    paging: Paging,
    cursors: Pages,
    status: Annotated[DeliveryStatus | None, Query()] = None,
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
    responses=problems(Forbidden, NotFound, Conflict),
)
@allow("apps:write")
async def retry_delivery(
    *,
    webhook_id: Webhook,
    delivery_id: Annotated[str, Path(max_length=128)],
    tenant: Tenant,
    work: Work,
    retries: Retries,
) -> DeliveryView:
    """Send an event again, whatever became of it before. Its `webhook-id` stays the same."""
    repository = WebhookRepository(await work.session(), tenant)
    row = await repository.delivery(webhook_id, delivery_id)
    if (await repository.get(webhook_id)).disabled_reason is not None:
        raise Conflict(
            "The webhook is disabled: its subscriber wants nothing more. Create another one.",
            code="webhook_disabled",
        )
    row.status, row.attempts, row.updated_at = "queued", 0, now()
    row.next_try_at = row.updated_at
    work.after_commit(retries.wake)
    return DeliveryView.of(row)
