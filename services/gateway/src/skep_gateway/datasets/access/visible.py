"""The `{dataset}` of an address, for who may know of it."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Path

from skep_gateway.datasets.access.guard import DatasetAccess
from skep_gateway.web.dependencies import Caller, provided

Access: TypeAlias = Annotated[DatasetAccess, provided(DatasetAccess)]


async def visible_dataset(
    dataset: Annotated[str, Path(max_length=200)], caller: Caller, access: Access
) -> str:
    """Return the id or name in the address.

    Raises:
        NotFound: The caller may not know of this dataset.
    """
    await access.require(caller, dataset)
    return dataset


Dataset: TypeAlias = Annotated[str, Depends(visible_dataset)]
