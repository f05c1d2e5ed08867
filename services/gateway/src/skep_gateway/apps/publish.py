"""Publishing: a draft becomes a version that never changes, named by the hash of its content."""

from functools import partial

from skep_contracts.events.app import AppPublished
from skep_contracts.graph import canonical, decode_document, version_hash
from skep_contracts.ids import AppId, VersionHash
from skep_contracts.problems import Conflict
from skep_gateway.apps.mirror import AppMirror
from skep_gateway.apps.repository import AppRepository, VersionInfo
from skep_gateway.apps.tables import AppRow, VersionRow
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.etags import Precondition
from skep_gateway.web.unit_of_work import UnitOfWork
from skep_gateway.workflows.check_workflow import check_workflow
from skep_runtime.bus import Bus
from skep_runtime.clock import now
from skep_runtime.database import Database, add_to_outbox
from skep_runtime.plugins import PluginHost


class Publishing:
    """Publishes drafts."""

    def __init__(
        self, database: Database, bus: Bus, plugins: PluginHost, mirror: AppMirror
    ) -> None:
        self._database = database
        self._bus = bus
        self._plugins = plugins
        self._mirror = mirror

    async def publish(
        self,
        work: UnitOfWork,
        caller: CallerIdentity,
        ref: str,
        *,
        note: str,
        precondition: Precondition,
    ) -> tuple[VersionInfo, bool]:
        """Publish an app's draft; return the version, and whether it is new.

        Content that was published before becomes the published version again under its old number.

        Raises:
            NotFound: There is no such app.
            InvalidInput: The draft cannot run; pointers are into the document.
            PreconditionFailed: The draft is another one than the caller saw.
            Conflict: The draft was changed while it was being published.
            Unavailable: The bus cannot be reached.
        """
        async with self._database.reading() as session:
            repository = AppRepository(session, caller.tenant)
            app = await repository.get(ref)
            draft = await repository.draft(app.id)
        precondition.check(draft.hash)
        document = decode_document(draft.content)
        await check_workflow(document, self._plugins.nodes)
        content = canonical(document)
        # Before the transaction: a blob without a version harms nothing, the reverse does.
        await self._bus.blobs.put(caller.tenant, content)
        session = await work.session()
        repository = AppRepository(session, caller.tenant)
        app = await repository.get(app.id, for_update=True)
        if app.draft_hash != draft.hash:
            raise Conflict("The draft was changed while it was being published. Publish again.")
        row = VersionRow(
            app_id=app.id,
            tenant_id=caller.tenant,
            hash=version_hash(document),
            note=note,
            content=content,
            created_at=now(),
            created_by=caller.member_id or caller.id,
        )
        info, is_new = await _add_or_find(repository, row)
        if app.published_hash != info.hash:
            _make_current(app, info)
            event = AppPublished(
                app_id=AppId(app.id),
                version=VersionHash(info.hash),
                number=info.number,
                note=info.note,
            )
            add_to_outbox(session, event, tenant=caller.tenant, source="gateway")
            work.after_commit(partial(self._mirror.mirror_soon, caller.tenant, app.id))
        return info, is_new


async def _add_or_find(repository: AppRepository, row: VersionRow) -> tuple[VersionInfo, bool]:
    known = await repository.find_version(row.app_id, row.hash)
    if known is not None:
        return known, False
    await repository.add_version(row)
    info = VersionInfo(
        number=row.number,
        hash=row.hash,
        note=row.note,
        created_at=row.created_at,
        created_by=row.created_by,
    )
    return info, True


def _make_current(app: AppRow, info: VersionInfo) -> None:
    app.published_hash = info.hash
    app.published_number = info.number
    app.published_at = app.updated_at = now()
