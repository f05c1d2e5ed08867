"""Finds an app by its id or name, where nothing but its id is wanted."""

from skep_contracts.ids import TenantId, is_id
from skep_gateway.apps.repository import AppRepository
from skep_runtime.database import Database


class AppFinder:
    """Looks names up. Holds no connection while the caller waits for other services."""

    def __init__(self, database: Database) -> None:
        """Look into `database`."""
        self._database = database

    async def id_of(self, tenant: TenantId, app: str) -> str:
        """Return the id of an app that is called so; an id as it is, for the app may be deleted.

        Raises:
            NotFound: The tenant has no app of that name.
        """
        return app if is_id("app", app) else await self.existing(tenant, app)

    async def existing(self, tenant: TenantId, app: str) -> str:
        """Return the id of an app.

        Raises:
            NotFound: The tenant has no app of that id or name.
        """
        async with self._database.reading() as session:
            return (await AppRepository(session, tenant).get(app)).id
