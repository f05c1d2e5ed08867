"""Apps and the datasets they name: what saving one asks, and which name a dataset."""

from typing import Final

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.graph import WorkflowDocument
from skep_contracts.ids import TenantId
from skep_contracts.problems import Forbidden
from skep_contracts.values import texts_in
from skep_gateway.apps.tables import AppRow, DraftRow, VersionRow
from skep_gateway.datasets.access.guard import DatasetAccess
from skep_gateway.web.caller import CallerIdentity

_MOST_APPS: Final = 200
_AT_ONCE: Final = 50


async def check_datasets(
    access: DatasetAccess, caller: CallerIdentity, document: WorkflowDocument
) -> None:
    """Pass when the caller may read every dataset that a document names.

    Raises:
        Forbidden: One is restricted and not for the caller: through an app they would read it.
    """
    hidden = await access.hidden_from(caller)
    if not hidden:
        return
    written = {text.strip() for text in texts_in(msgspec.to_builtins(document.nodes))}
    found = written & hidden
    if not found:
        names = await access.names_of(caller.tenant, hidden)
        found = written & names.keys()
    if found:
        raise Forbidden(
            f"The app searches {min(found)[:100]!r}, which is for others alone. Take it out, or "
            "ask an administrator to let you read it.",
            code="dataset_not_granted",
        )


async def apps_naming(
    session: AsyncSession, tenant: TenantId, names: frozenset[str]
) -> list[AppRow]:
    """Return the apps whose draft or published version names a dataset, by name; 200 at the most.

    What is written in a node's settings counts, as it does when an app is saved: a text that
    happens to be the dataset's name is told as well.

    Args:
        session: To read with.
        tenant: Whose apps.
        names: What the dataset is called: its id and its name.
    """
    is_published = and_(VersionRow.app_id == AppRow.id, VersionRow.hash == AppRow.published_hash)
    query = (
        select(AppRow, DraftRow.content, VersionRow.content)
        .join(DraftRow, DraftRow.app_id == AppRow.id)
        .outerjoin(VersionRow, is_published)
        .where(AppRow.tenant_id == tenant)
        .order_by(AppRow.name)
        .execution_options(yield_per=_AT_ONCE)
    )
    # As they stand in a document; nearly all are done with by looking for these bytes.
    written = [msgspec.json.encode(name)[1:-1] for name in names]
    found: list[AppRow] = []
    async for app, *contents in await session.stream(query):
        likely = [each for each in contents if each and any(name in each for name in written)]
        if any(_names(content, names) for content in likely):
            found.append(app)
        if len(found) == _MOST_APPS:
            break
    return found


def _names(content: bytes, names: frozenset[str]) -> bool:
    nodes = msgspec.json.decode(content).get("nodes")
    return not names.isdisjoint(text.strip() for text in texts_in(nodes))
