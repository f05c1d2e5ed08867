"""A process that writes until it is killed, and says after each batch how many are durable."""

import array
import asyncio
import sys

from skep_contracts.plugins.stores import CollectionRef, StoredChunk
from skep_store_sqlite.store import SqliteStore, StoreSettings

BATCH = 20


def say(seq: int) -> None:
    sys.stdout.write(f"{seq}\n")
    sys.stdout.flush()


async def write(directory: str) -> None:
    store = SqliteStore(directory, StoreSettings())
    home = CollectionRef(tenant="t_one", dataset_id="ds_one", dimensions=4)
    await store.ensure(home)
    seq = await store.count(home)
    say(seq)
    while True:
        await store.upsert(
            home,
            [
                StoredChunk(
                    id=f"c{number}",
                    document_id="doc",
                    document_version=1,
                    seq=number,
                    text=f"chunk number {number}",
                    vector=array.array("f", [1.0, number, 0.0, 0.0]).tobytes(),
                    metadata={"number": number},
                )
                for number in range(seq, seq + BATCH)
            ],
        )
        seq += BATCH
        say(seq)


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1]))
