"""Routes of who may know of a dataset."""

from typing import Annotated, Final, Literal

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DatasetInfo, DatasetReply, GetDataset
from skep_contracts.calls.dataset_edit import UpdateDataset
from skep_contracts.problems import FieldError, Forbidden, InvalidInput, NotFound, Unavailable
from skep_gateway.apps.tables import AppRow
from skep_gateway.datasets.access.documents import apps_naming
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


class SearchingAppView(View):
    """An app that names a dataset: whoever runs it is answered from there."""

    id: str
    name: str
    is_published: bool


class DatasetAccessView(View):
    """Who may know of a dataset: the workspace, or the administrators and those named."""

    access: Literal["workspace", "restricted"]
    readers: list[ReaderView]
    apps: list[SearchingAppView]
    """Whose draft or published version names it; none for a caller who may not read apps."""


class DatasetAccessRequest(View):
    """Opens a dataset to the workspace, or restricts it to some."""

    access: Literal["workspace", "restricted"]
    readers: Annotated[list[ReaderId], Field(max_length=500, default_factory=list)]
    """Ids of members and API keys, beside the administrators and whoever sends this."""


@router.get("/{dataset}/access", responses=problems(Forbidden, NotFound, Unavailable))
@allow("datasets:read")
async def show_access(
    *, dataset: Dataset, tenant: Tenant, caller: Caller, bus: OnBus, work: Work
) -> DatasetAccessView:
    """Show who may know of a dataset, and which apps answer from it."""
    call = GetDataset(dataset=dataset)
    reply = await bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S)
    return await _view(reply.dataset, caller, await work.session())


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
    """Say who may know of a dataset; whoever restricts it keeps it in sight.

    Apps that name it go on searching it, whoever runs them: `apps` lists them.
    """
    is_restricted = body.access == "restricted"
    readers = {*body.readers, *_self(caller)} if is_restricted else set()
    names = await access.readers_named(tenant, readers)
    _check(body, names)
    call = UpdateDataset(dataset=dataset, restricted=is_restricted)
    reply = await bus.call(call, tenant=tenant, reply=DatasetReply, timeout_s=_CALL_S)
    session = await work.session()
    repository = ReaderRepository(session, tenant)
    if is_restricted:
        await repository.restrict(reply.dataset.id, names)
    else:
        await repository.open(reply.dataset.id)
    return await _view(reply.dataset, caller, session)


async def _view(
    dataset: DatasetInfo, caller: CallerIdentity, session: AsyncSession
) -> DatasetAccessView:
    repository = ReaderRepository(session, caller.tenant)
    readers = (await repository.by_dataset()).get(dataset.id)
    apps: list[AppRow] = []
    if "apps:read" in caller.scopes:
        apps = await apps_naming(session, caller.tenant, frozenset({dataset.id, dataset.name}))
    return DatasetAccessView(
        access="workspace" if readers is None else "restricted",
        readers=_shown(await repository.names(readers or ())),
        apps=[
            SearchingAppView(id=app.id, name=app.name, is_published=app.published_hash is not None)
            for app in apps
        ],
    )


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
