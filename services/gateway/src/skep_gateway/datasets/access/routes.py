"""Routes of who may know of a dataset."""

from typing import Annotated, Final, Literal

from pydantic import Field

from skep_contracts.calls.dataset import DatasetReply, GetDataset
from skep_contracts.calls.dataset_edit import UpdateDataset
from skep_contracts.problems import FieldError, Forbidden, InvalidInput, NotFound, Unavailable
from skep_gateway.datasets.access.guard import sees_all
from skep_gateway.datasets.access.repository import ReaderRepository
from skep_gateway.datasets.access.visible import Access, Dataset
from skep_gateway.web.caller import CallerIdentity
from skep_gateway.web.dependencies import Caller, Tenant, Work, provided
from skep_gateway.web.limits import allow
from skep_gateway.web.problems import problems
from skep_gateway.web.route import api_router
from skep_gateway.web.shapes import View
from skep_runtime.bus import Bus

router = api_router("/api/v1/datasets", tag="datasets")

OnBus = Annotated[Bus, provided(Bus)]
ReaderId = Annotated[str, Field(min_length=1, max_length=64)]
_CALL_S: Final = 15.0


class ReaderView(View):
    """A member or an API key that may know of a dataset."""

    id: str
    name: str


class DatasetAccessView(View):
    """Who may know of a dataset: the workspace, or the administrators and those named."""

    access: Literal["workspace", "restricted"]
    readers: list[ReaderView]


class DatasetAccessRequest(View):
    """Opens a dataset to the workspace, or restricts it to some."""

    access: Literal["workspace", "restricted"]
    readers: Annotated[list[ReaderId], Field(max_length=500, default_factory=list)]
    """Ids of members and API keys, beside the administrators and whoever sends this."""


@router.get("/{dataset}/access", responses=problems(Forbidden, NotFound, Unavailable))
@allow("datasets:read")
async def show_access(
    dataset: Dataset, tenant: Tenant, bus: OnBus, work: Work
) -> DatasetAccessView:
    """Show who may know of a dataset."""
    call = GetDataset(dataset=dataset)
    reply = await bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S)
    repository = ReaderRepository(await work.session(), tenant)
    readers = (await repository.by_dataset()).get(reply.dataset.id)
    if readers is None:
        return DatasetAccessView(access="workspace", readers=[])
    names = await repository.names(readers)
    return DatasetAccessView(access="restricted", readers=_shown(names))


@router.put("/{dataset}/access", responses=problems(Forbidden, NotFound, Unavailable))
@allow("datasets:write")
async def set_access(
    *,
    dataset: Dataset,
    body: DatasetAccessRequest,
    tenant: Tenant,
    caller: Caller,
    access: Access,
    bus: OnBus,
    work: Work,
) -> DatasetAccessView:
    """Say who may know of a dataset; whoever restricts it keeps it in sight."""
    is_restricted = body.access == "restricted"
    readers = {*body.readers, *_self(caller)} if is_restricted else set()
    names = await access.readers_named(tenant, readers)
    _check(body, names)
    call = UpdateDataset(dataset=dataset, restricted=is_restricted)
    reply = await bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S)
    repository = ReaderRepository(await work.session(), tenant)
    if is_restricted:
        await repository.restrict(reply.dataset.id, names)
    else:
        await repository.open(reply.dataset.id)
    return DatasetAccessView(access=body.access, readers=_shown(names))


def _self(caller: CallerIdentity) -> set[str]:
    who = caller.id if caller.kind == "key" else caller.member_id
    return set() if sees_all(caller) or who is None else {who}


def _check(body: DatasetAccessRequest, names: dict[str, str]) -> None:
    faults = [
        FieldError(pointer=f"/readers/{index}", message="is no member and no API key")
        for index, reader_id in enumerate(body.readers)
        if body.access == "restricted" and reader_id not in names
    ]
    if body.access == "workspace" and body.readers:
        faults.append(FieldError(pointer="/readers", message="are named for `restricted` alone"))
    if faults:
        raise InvalidInput(f"The access cannot be set: {faults[0].message}.", errors=faults)


def _shown(names: dict[str, str]) -> list[ReaderView]:
    return [
        ReaderView(id=reader_id, name=name)
        for reader_id, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
    ]
