"""Queries on credentials."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_contracts.plugins.toolkits import toolkit_owner
from skep_contracts.problems import Conflict, FieldError, NotFound
from skep_contracts.topology import credential_key
from skep_gateway.credentials.tables import CredentialRow, UnmirroredRow


class CredentialRepository:
    """The credentials of one tenant. Every change is noted for the mirror."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def get(self, credential_id: str) -> CredentialRow:
        """Return a credential.

        Raises:
            NotFound: The tenant has none of that id.
        """
        row = await self._session.scalar(
            select(CredentialRow).where(
                CredentialRow.tenant_id == self._tenant, CredentialRow.id == credential_id
            )
        )
        if row is None:
            raise NotFound("There is no such credential.", code="unknown_credential")
        return row

    async def page(self, *, before: str | None, limit: int) -> list[CredentialRow]:
        """Return credentials, newest first, those before an id; toolkits are listed elsewhere."""
        query = select(CredentialRow).where(
            CredentialRow.tenant_id == self._tenant,
            CredentialRow.provider.not_like(f"{toolkit_owner('')}%"),
        )
        if before is not None:
            query = query.where(CredentialRow.id < before)
        return [*await self._session.scalars(query.order_by(CredentialRow.id.desc()).limit(limit))]

    async def of_provider(self, provider: str) -> Sequence[CredentialRow]:
        """Return the credentials of a provider, oldest first."""
        query = select(CredentialRow).where(
            CredentialRow.tenant_id == self._tenant, CredentialRow.provider == provider
        )
        return (await self._session.scalars(query.order_by(CredentialRow.id))).all()

    async def toolkits(self) -> Sequence[CredentialRow]:
        """Return the toolkits, oldest first."""
        query = select(CredentialRow).where(
            CredentialRow.tenant_id == self._tenant,
            CredentialRow.provider.like(f"{toolkit_owner('')}%"),
        )
        return (await self._session.scalars(query.order_by(CredentialRow.id))).all()

    async def changed(self, row: CredentialRow) -> None:
        """Write a changed credential."""
        await self._session.flush()
        await self._note(row)

    async def add(self, row: CredentialRow) -> None:
        """Add a credential.

        Raises:
            Conflict: The provider has one of that name.
        """
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise Conflict(
                "This provider has a credential of that name already.",
                errors=[FieldError(pointer="/name", message="taken")],
                code="name_taken",
            ) from error
        await self._note(row)

    async def delete(self, row: CredentialRow) -> None:
        """Delete a credential."""
        await self._note(row)
        await self._session.execute(
            delete(CredentialRow).where(
                CredentialRow.tenant_id == self._tenant, CredentialRow.id == row.id
            )
        )

    async def _note(self, row: CredentialRow) -> None:
        key = credential_key(self._tenant, row.provider, row.id)
        await self._session.merge(UnmirroredRow(key=key, credential_id=row.id))
        await self._session.flush()


class MirrorRepository:
    """What the mirror needs to know of credentials, of any tenant."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def unmirrored(self, key: str | None = None, *, limit: int = 100) -> list[UnmirroredRow]:
        """Return keys to look at: the one given, or any."""
        query = select(UnmirroredRow)
        if key is not None:
            query = query.where(UnmirroredRow.key == key)
        return [*await self._session.scalars(query.limit(limit))]

    async def sealed(self, credential_id: str) -> bytes | None:
        """Return what the bucket should hold of a credential; None when it is gone."""
        found: bytes | None = await self._session.scalar(
            select(CredentialRow.sealed).where(CredentialRow.id == credential_id)
        )
        return found

    async def note(self, keys: Iterable[str]) -> None:
        """Put keys on the list."""
        for key in keys:
            await self._session.merge(UnmirroredRow(key=key, credential_id=key.rpartition(".")[2]))

    async def done(self, key: str) -> None:
        """Take a key off the list."""
        await self._session.execute(delete(UnmirroredRow).where(UnmirroredRow.key == key))

    async def all(self) -> dict[str, bytes]:
        """Return what the whole bucket should hold."""
        rows = await self._session.execute(
            select(
                CredentialRow.tenant_id,
                CredentialRow.provider,
                CredentialRow.id,
                CredentialRow.sealed,
            )
        )
        return {credential_key(row[0], row[1], row[2]): row[3] for row in rows}
