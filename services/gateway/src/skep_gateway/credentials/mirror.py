"""Keeps the bucket that other services read as the rows say."""

import asyncio
import logging
from typing import Final

from skep_contracts.problems import SkepError
from skep_contracts.topology import CREDENTIALS
from skep_gateway.credentials.repository import MirrorRepository
from skep_gateway.credentials.tables import UnmirroredRow
from skep_runtime.bus import Bus
from skep_runtime.database import Database

_AGAIN_S: Final = 5.0
_SOON_S: Final = 2.0
_log = logging.getLogger(__name__)


class CredentialMirror:
    """Mirrors changes at their commit, and whatever that missed a little later."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bucket = bus.bucket(CREDENTIALS)

    async def run(self) -> None:
        """Compare everything once, then catch up with what is left over, until cancelled."""
        iscompared = False
        while True:
            try:
                if not iscompared:
                    await self.compare()
                    iscompared = True
                await self.mirror()
            except SkepError as error:
                _log.warning("credentials are not mirrored", extra={"code": error.exact_code})
            await asyncio.sleep(_AGAIN_S)

    async def mirror_soon(self, key: str) -> None:
        """Mirror one key now; when the bus is away, `run` does it later."""
        try:
            async with asyncio.timeout(_SOON_S):
                await self.mirror(key)
        except (SkepError, TimeoutError):
            _log.warning("credential is mirrored later")

    async def mirror(self, key: str | None = None) -> None:
        """Mirror one key, or whatever is noted.

        Raises:
            Unavailable: Bus or database cannot be reached.
        """
        while True:
            async with self._database.reading() as session:
                noted = await MirrorRepository(session).unmirrored(key)
            for row in noted:
                await self._mirror_one(row)
            if not noted or key is not None:
                return

    async def _mirror_one(self, row: UnmirroredRow) -> None:
        async with self._database.reading() as session:
            sealed = await MirrorRepository(session).sealed(row.credential_id)
        while True:
            if sealed is None:
                await self._bucket.delete(row.key)
            else:
                await self._bucket.put(row.key, sealed)
            # Somebody else may have written meanwhile: only who sees the row unchanged is done.
            async with self._database.session() as session:
                repository = MirrorRepository(session)
                present = await repository.sealed(row.credential_id)
                if present == sealed:
                    await repository.done(row.key)
                    return
            sealed = present

    async def compare(self) -> None:
        """Note every key whose value in the bucket is not what its row says.

        Raises:
            Unavailable: Bus or database cannot be reached.
        """
        # Keys first: rows come before their keys, so a key without a row has lost it.
        present = await self._bucket.keys()
        async with self._database.reading() as session:
            wanted = await MirrorRepository(session).all()
        differing = set(present) - wanted.keys()
        for key, sealed in wanted.items():
            entry = await self._bucket.get(key)
            if entry is None or entry.value != sealed:
                differing.add(key)
        if differing:
            async with self._database.session() as session:
                await MirrorRepository(session).note(differing)
