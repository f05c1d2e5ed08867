"""Sources are set up, changed and listed; each tenant its own, secrets sealed."""

from typing import Any

import pytest

from services.ingest.tests.sources.sources_stage import SourcesStage, counts
from services.ingest.tests.stage import CALL_S, OTHER, TENANT
from skep_contracts.calls.dataset import CreateDataset, DatasetReply, ExternalSource
from skep_contracts.calls.source import (
    GetSource,
    ListSources,
    ListSourcesReply,
    SourceReply,
    SyncStatus,
)
from skep_contracts.ids import new_id
from skep_contracts.problems import Conflict, Gone, InvalidInput, NotFound
from skep_ingest.sources.repository import SourceRepository
from skep_testing.web_site import WebSite


async def test_source_is_described_without_its_secrets(any_sources: SourcesStage) -> None:
    made = await any_sources.shelf({"id": "1"}, name=" books ", every_hours=6)
    await any_sources.ended(made.id)
    bus = any_sources.stage.bus
    listed = await bus.call(
        ListSources(dataset="docs"), tenant=TENANT, reply=ListSourcesReply, timeout_s=CALL_S
    )

    (shown,) = listed.items
    assert (shown.id, shown.name, shown.kind, shown.every_hours) == (made.id, "books", "shelf", 6)
    assert shown.settings == {"file": str(any_sources.file)}
    assert shown.secrets == ("token",)
    assert shown.documents == 1
    async with any_sources.stage.database.reading() as session:
        row = await SourceRepository(session, TENANT).get_any(made.id)
    assert row is not None
    assert row.sealed_secrets is not None
    assert b"geheim" not in row.sealed_secrets


async def test_same_id_again_changes_nothing(sources: SourcesStage, site: WebSite) -> None:
    wanted: dict[str, Any] = {
        "settings": {"addresses": [f"{site.url}/ants"]},
        "source_id": new_id("source"),
    }
    first = await sources.add(**wanted)
    await sources.ended("site")
    again = await sources.add(**wanted)

    assert again.id == first.id
    assert again.sync is not None
    assert again.sync.number == 1
    with pytest.raises(Conflict, match="site"):
        await sources.add(wanted["settings"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"name": "src_01M8AFVV0NSWF8GQFGMS154PX8"}, "/name"),
        ({"kind": "wep"}, "/kind"),
        ({"every_hours": -1}, "/every_hours"),
        ({"every_hours": 100_000}, "/every_hours"),
        ({"settings": {}}, "/settings"),
        ({"settings": {"addresses": [7]}}, "/settings/addresses/0"),
        ({"settings": {"addresses": ["javascript:x"]}}, "/settings/addresses"),
        ({"settings": {"addresses": ["https://a.example"], "more": 1}}, "/settings"),
        ({"kind": "shelf", "settings": {"file": "x", "token": "geheim"}}, "/settings/token"),
    ],
)
async def test_unusable_source_is_refused_with_the_place(
    sources: SourcesStage, change: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        await sources.add(**{"settings": {"addresses": ["https://a.example"]}, **change})

    assert [error.pointer for error in raised.value.errors][:1] == [pointer]
    assert "geheim" not in str(raised.value.to_problem())


async def test_secrets_of_one_source_are_no_use_to_another(sources: SourcesStage) -> None:
    sealed = sources.sealed(new_id("source"), token="geheim")

    with pytest.raises(Gone):
        await sources.add({"file": "x.json"}, kind="shelf", sealed_secrets=sealed)


async def test_other_tenants_and_other_datasets_do_not_see_it(sources: SourcesStage) -> None:
    made = await sources.shelf({"id": "1"})
    await sources.stage.dataset("other")
    await sources.stage.dataset("docs", tenant=OTHER)
    bus = sources.stage.bus

    for tenant, dataset in ((OTHER, "docs"), (OTHER, made.dataset_id), (TENANT, "other")):
        call = GetSource(dataset=dataset, source=made.id)
        with pytest.raises(NotFound):
            await bus.call(call, tenant=tenant, reply=SourceReply, timeout_s=CALL_S)
    with pytest.raises(Conflict):
        await sources.add(
            {"addresses": ["https://a.example"]}, source_id=made.id, dataset="docs", tenant=OTHER
        )


async def test_new_settings_order_a_sync_and_secrets_stay(sources: SourcesStage) -> None:
    made = await sources.shelf({"id": "1"})
    await sources.ended("shelf")
    moved = sources.file.with_name("other.json")
    sources.file.rename(moved)

    renamed = await sources.update("shelf", name="books")
    changed = await sources.update("books", settings={"file": str(moved)})
    sync = await sources.ended("books")
    same = await sources.update("books", settings={"file": str(moved)})

    assert renamed.sync is not None
    assert renamed.sync.number == 1
    assert (changed.id, changed.secrets) == (made.id, ("token",))
    assert (sync.number, sync.status, counts(sync)) == (2, SyncStatus.SUCCEEDED, {"unchanged": 1})
    assert same.sync is not None
    assert same.sync.number == 2
    with pytest.raises(InvalidInput, match="json"):
        await sources.update("books", settings={"file": "x"})


async def test_secrets_are_not_sent_to_another_address(sources: SourcesStage) -> None:
    made = await sources.shelf({"id": "1"})
    await sources.ended("shelf")
    elsewhere = {"file": str(sources.file), "at": "https://elsewhere.example"}

    with pytest.raises(InvalidInput, match="token again"):
        await sources.update("shelf", settings=elsewhere)
    again = sources.sealed(made.id, token="geheim")
    changed = await sources.update("shelf", settings=elsewhere, sealed_secrets=again)

    assert changed.settings == elsewhere
    assert (await sources.ended("shelf")).status == SyncStatus.SUCCEEDED


async def test_knowledge_that_is_elsewhere_has_no_sources(sources: SourcesStage) -> None:
    there = ExternalSource(endpoint="https://kb.example.org", knowledge_id="1")
    call = CreateDataset(name="far", external=there)
    await sources.stage.bus.call(call, tenant=TENANT, reply=DatasetReply, timeout_s=CALL_S)

    with pytest.raises(Conflict):
        await sources.add({"addresses": ["https://a.example"]}, dataset="far")
