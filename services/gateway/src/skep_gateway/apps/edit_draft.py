"""Creating apps and saving their drafts.

A draft must have the shape of a document. What else keeps it from running is told and does not stop
anybody from saving: half-finished work is what drafts are for.
"""

import re
from typing import Final

import msgspec

from skep_contracts.graph import AppInfo, WorkflowDocument, decode_document, version_hash
from skep_contracts.ids import TenantId, new_id
from skep_gateway.apps.repository import AppRepository
from skep_gateway.apps.tables import AppRow, DraftRow
from skep_gateway.web.etags import Precondition
from skep_runtime.clock import now

_NUMBERED: Final = re.compile(r" \d{1,4}\Z")


async def create_app(
    repository: AppRepository, tenant: TenantId, document: WorkflowDocument
) -> AppRow:
    """Create an app from its first draft.

    Raises:
        Conflict: The name is taken.
    """
    at = now()
    digest = version_hash(document)
    app = AppRow(
        id=new_id("app"),
        tenant_id=tenant,
        name=document.app.name,
        mode=document.app.mode,
        description=document.app.description,
        icon=document.app.icon,
        draft_hash=digest,
        created_at=at,
        updated_at=at,
    )
    draft = DraftRow(
        app_id=app.id,
        tenant_id=tenant,
        hash=digest,
        content=msgspec.json.encode(document),
        saved_at=at,
    )
    await repository.add(app, draft)
    return app


async def save_draft(
    repository: AppRepository, ref: str, document: WorkflowDocument, precondition: Precondition
) -> AppRow:
    """Replace an app's draft; the app is called what the document says from then on.

    Raises:
        NotFound: There is no such app.
        PreconditionFailed: Somebody saved another draft meanwhile.
        Conflict: The name is taken.
    """
    app = await repository.get(ref, for_update=True)
    precondition.check(app.draft_hash)
    draft = await repository.draft(app.id)
    digest = version_hash(document)
    app.name = document.app.name
    app.mode = document.app.mode
    app.description = document.app.description
    app.icon = document.app.icon
    app.draft_hash = draft.hash = digest
    app.updated_at = draft.saved_at = now()
    draft.content = msgspec.json.encode(document)
    await repository.flush()
    return app


async def edit_info(
    repository: AppRepository, ref: str, changes: dict[str, str], precondition: Precondition
) -> tuple[AppRow, WorkflowDocument]:
    """Change name, description or icon, in the draft where they are written.

    Raises:
        NotFound: There is no such app.
        PreconditionFailed: Somebody saved another draft meanwhile.
        Conflict: The name is taken.
    """
    app = await repository.get(ref, for_update=True)
    document = decode_document((await repository.draft(app.id)).content)
    if not changes:
        precondition.check(app.draft_hash)
        return app, document
    info: AppInfo = msgspec.structs.replace(document.app, **changes)
    document = msgspec.structs.replace(document, app=info)
    return await save_draft(repository, app.id, document, precondition), document


async def copy_app(
    repository: AppRepository, tenant: TenantId, ref: str, name: str | None
) -> tuple[AppRow, WorkflowDocument, list[str]]:
    """Create an app with the draft and the tags of another; versions and secrets stay behind.

    Raises:
        NotFound: There is no such app.
        Conflict: The name is taken.
    """
    original = await repository.get(ref)
    document = decode_document((await repository.draft(original.id)).content)
    called = name or await _free_name(repository, original.name)
    info = msgspec.structs.replace(document.app, name=called)
    document = msgspec.structs.replace(document, app=info)
    copy = await create_app(repository, tenant, document)
    tags = (await repository.tags([original.id])).get(original.id, [])
    await repository.set_tags(copy.id, tags)
    return copy, document, tags


async def _free_name(repository: AppRepository, name: str) -> str:
    """Return the first of ``name 2``, ``name 3`` … that no app has."""
    stem = _NUMBERED.sub("", name)[:190]
    number = 2
    while await repository.is_taken(f"{stem} {number}"):
        number += 1
    return f"{stem} {number}"
