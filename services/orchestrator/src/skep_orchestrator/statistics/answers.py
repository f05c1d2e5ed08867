"""Answers questions about how runs went, for the caller's tenant only."""

from skep_contracts.calls.statistics import ReadStatistics, ReadStatisticsReply
from skep_orchestrator.statistics.repository import StatisticsRepository
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database


class StatisticsAnswers:
    """The handler of the call."""

    def __init__(self, bus: Bus, database: Database) -> None:
        """Read the run rows of `database`."""
        self._bus = bus
        self._database = database

    def register(self) -> None:
        """Begin to answer."""
        self._bus.answer(ReadStatistics, self.read)

    async def read(self, call: ReadStatistics, incoming: Incoming) -> ReadStatisticsReply:
        """Sum the runs that began in a span of time."""
        async with self._database.reading() as session:
            return await StatisticsRepository(session, incoming.tenant).read(call)
