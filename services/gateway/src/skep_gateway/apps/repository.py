"""Queries on the apps of one tenant."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.events.app import PublishedApp
from skep_contracts.ids import TenantId, VersionHash, is_id
from skep_contracts.problems import Conflict, FieldError, NotFound
from skep_gateway.apps.tables import AppRow, AppTagRow, DraftRow, VersionRow


class VersionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A version without its document."""

    number: int
    hash: str
    note: str
    created_at: datetime
    created_by: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which apps a list holds, and in what order, the newest first."""

    name: str | None = None
    search: str | None = None
    """Words that are all in the name or the description."""
    tag: str | None = None
    mode: str | None = None
    sort: Literal["created", "updated"] = "created"

    def position(self, row: AppRow) -> str:
        """Return the place of an app in this list, to go on after."""
        if self.sort == "created":
            return row.id
        return f"{row.updated_at.isoformat()} {row.id}"


class AppRepository:
    """The apps of one tenant, with their drafts and versions."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def get(self, ref: str, *, for_update: bool = False) -> AppRow:
        """Return the app of that id or name.

        Raises:
            NotFound: The tenant has none.
        """
        by = AppRow.id if is_id("app", ref) else AppRow.name
        query = select(AppRow).where(AppRow.tenant_id == self._tenant, by == ref)
        if for_update:
            query = query.with_for_update()
        row = await self._session.scalar(query)
        if row is None:
            raise NotFound("There is no app of that id or name.", code="unknown_app")
        return row

    async def page(self, wanted: Wanted, *, after: str | None, limit: int) -> list[AppRow]:
        """Return apps of a list, the newest first: those after a position that `position` gave."""
        query = select(AppRow).where(AppRow.tenant_id == self._tenant, *self._conditions(wanted))
        if wanted.sort == "created":
            if after is not None:
                query = query.where(AppRow.id < after)
            query = query.order_by(AppRow.id.desc())
        else:
            if after is not None:
                at, _, last = after.partition(" ")
                moment = datetime.fromisoformat(at)
                query = query.where(
                    or_(
                        AppRow.updated_at < moment,
                        and_(AppRow.updated_at == moment, AppRow.id < last),
                    )
                )
            query = query.order_by(AppRow.updated_at.desc(), AppRow.id.desc())
        return [*await self._session.scalars(query.limit(limit))]

    def _conditions(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        if wanted.name is not None:
            conditions.append(AppRow.name == wanted.name)
        if wanted.mode is not None:
            conditions.append(AppRow.mode == wanted.mode)
        if wanted.tag is not None:
            conditions.append(
                AppRow.id.in_(
                    select(AppTagRow.app_id).where(
                        AppTagRow.tenant_id == self._tenant, AppTagRow.tag == wanted.tag
                    )
                )
            )
        conditions.extend(
            or_(
                AppRow.name.icontains(word, autoescape=True),
                AppRow.description.icontains(word, autoescape=True),
            )
            for word in (wanted.search or "").split()
        )
        return conditions

    async def published_names(self, *, limit: int) -> list[str]:
        """Return the names of apps that can be run, in order."""
        query = (
            select(AppRow.name)
            .where(AppRow.tenant_id == self._tenant, AppRow.published_hash.is_not(None))
            .order_by(AppRow.name)
            .limit(limit)
        )
        return [*await self._session.scalars(query)]

    async def published(self, *, limit: int) -> list[tuple[str, str]]:
        """Return ids and names of apps that can be run, by name."""
        query = (
            select(AppRow.id, AppRow.name)
            .where(AppRow.tenant_id == self._tenant, AppRow.published_hash.is_not(None))
            .order_by(AppRow.name)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def is_taken(self, name: str) -> bool:
        """Tell whether an app has that name."""
        query = select(AppRow.id).where(AppRow.tenant_id == self._tenant, AppRow.name == name)
        return await self._session.scalar(query) is not None

    async def tags(self, app_ids: Iterable[str]) -> dict[str, list[str]]:
        """Return the tags of apps, in order; apps without any are missing."""
        query = (
            select(AppTagRow.app_id, AppTagRow.tag)
            .where(AppTagRow.tenant_id == self._tenant, AppTagRow.app_id.in_([*app_ids]))
            .order_by(AppTagRow.tag)
        )
        found: dict[str, list[str]] = {}
        for app_id, tag in await self._session.execute(query):
            found.setdefault(app_id, []).append(tag)
        return found

    async def set_tags(self, app_id: str, tags: Iterable[str]) -> None:
        """Replace an app's tags."""
        await self._session.execute(
            delete(AppTagRow).where(AppTagRow.tenant_id == self._tenant, AppTagRow.app_id == app_id)
        )
        self._session.add_all(
            AppTagRow(app_id=app_id, tag=tag, tenant_id=self._tenant) for tag in sorted({*tags})
        )
        await self._session.flush()

    async def count_by_tag(self, *, limit: int) -> list[tuple[str, int]]:
        """Return the tags there are, with how many apps have each, the most used first."""
        count = func.count()
        query = (
            select(AppTagRow.tag, count)
            .where(AppTagRow.tenant_id == self._tenant)
            .group_by(AppTagRow.tag)
            .order_by(count.desc(), AppTagRow.tag)
            .limit(limit)
        )
        return [(tag, number) for tag, number in await self._session.execute(query)]

    async def add(self, app: AppRow, draft: DraftRow) -> None:
        """Add an app with its draft.

        Raises:
            Conflict: The name is taken.
        """
        self._session.add(app)
        await self.flush()
        self._session.add(draft)
        await self.flush()

    async def flush(self) -> None:
        """Send what changed to the database.

        Raises:
            Conflict: The name is taken.
        """
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise Conflict(
                "Another app has that name already.",
                errors=[FieldError(pointer="/app/name", message="taken")],
                code="name_taken",
            ) from error

    async def draft(self, app_id: str) -> DraftRow:
        """Return an app's draft."""
        query = select(DraftRow).where(
            DraftRow.tenant_id == self._tenant, DraftRow.app_id == app_id
        )
        return (await self._session.scalars(query)).one()

    async def delete(self, app: AppRow) -> None:
        """Delete an app with its draft and versions."""
        await self._session.execute(
            delete(AppRow).where(AppRow.tenant_id == self._tenant, AppRow.id == app.id)
        )

    async def version(self, app_id: str, ref: str) -> VersionRow:
        """Return the version of that hash or number.

        Raises:
            NotFound: The app has none.
        """
        is_number = ref.isascii() and ref.isdigit() and len(ref) <= 9
        by = VersionRow.number == int(ref) if is_number else VersionRow.hash == ref
        row = await self._session.scalar(
            select(VersionRow).where(
                VersionRow.tenant_id == self._tenant, VersionRow.app_id == app_id, by
            )
        )
        if row is None:
            raise NotFound("The app has no such version.", code="unknown_version")
        return row

    async def find_version(self, app_id: str, version: str) -> VersionInfo | None:
        """Return what is known of a version by its hash, without its document."""
        rows = await self._infos(app_id, VersionRow.hash == version)
        return rows[0] if rows else None

    async def list_versions(
        self, app_id: str, *, before: int | None, limit: int
    ) -> list[VersionInfo]:
        """Return versions, newest first, those before a number."""
        conditions = () if before is None else (VersionRow.number < before,)
        return await self._infos(app_id, *conditions, limit=limit)

    async def add_version(self, row: VersionRow) -> None:
        """Add a version under the next number."""
        highest = await self._session.scalar(
            select(func.max(VersionRow.number)).where(
                VersionRow.tenant_id == self._tenant, VersionRow.app_id == row.app_id
            )
        )
        row.number = (highest or 0) + 1
        self._session.add(row)
        await self._session.flush()

    async def _infos(
        self, app_id: str, *conditions: ColumnElement[bool], limit: int = 1
    ) -> list[VersionInfo]:
        query = (
            select(
                VersionRow.number,
                VersionRow.hash,
                VersionRow.note,
                VersionRow.created_at,
                VersionRow.created_by,
            )
            .where(VersionRow.tenant_id == self._tenant, VersionRow.app_id == app_id, *conditions)
            .order_by(VersionRow.number.desc())
            .limit(limit)
        )
        return [
            VersionInfo(number=number, hash=digest, note=note, created_at=at, created_by=by)
            for number, digest, note, at, by in await self._session.execute(query)
        ]


class AllApps:
    """What the mirror needs to know of apps, of any tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def published(self, app_id: str | None = None) -> dict[str, PublishedApp]:
        """Return what the bucket of published apps should hold, or of it what one app is."""
        query = select(AppRow.tenant_id, AppRow.id, AppRow.published_hash, AppRow.name, AppRow.mode)
        if app_id is not None:
            query = query.where(AppRow.id == app_id)
        return {
            f"{tenant}.{found}": PublishedApp(
                version=VersionHash(digest),
                name=name,
                mode="chat" if mode == "chat" else "workflow",
            )
            for tenant, found, digest, name, mode in await self._session.execute(query)
            if digest is not None
        }

    async def existing(self, app_ids: set[str]) -> set[str]:
        """Return those of some apps that there are, each as ``{tenant}.{app_id}``."""
        query = select(AppRow.tenant_id, AppRow.id).where(AppRow.id.in_(app_ids))
        return {f"{tenant}.{app_id}" for tenant, app_id in await self._session.execute(query)}
