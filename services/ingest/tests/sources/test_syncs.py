"""A dataset follows its sources: what changed and nothing else, and nothing goes by mistake."""

import asyncio
import time
from datetime import timedelta

import pytest

from services.ingest.tests.sources.sources_stage import SourcesStage, counts
from services.ingest.tests.stage import TENANT, words
from skep_contracts.calls.dataset import DocumentReply
from skep_contracts.calls.dataset_edit import UpdateDocument
from skep_contracts.calls.source import SyncStatus
from skep_ingest.sources.repository import SourceRepository
from skep_runtime import clock
from skep_testing.http_server import Answer, Received
from skep_testing.web_site import WebSite


async def test_only_what_changed_is_fetched_and_written(
    any_sources: SourcesStage, site: WebSite
) -> None:
    sources = any_sources
    made = await sources.add({"mode": "sitemap", "addresses": [site.sitemap]})
    first = await sources.ended("site")
    before = await sources.documents()
    site.asked()
    site.pages["/bees"] = "<h1>Bees</h1><p>Bees dance to tell where clover blooms."
    del site.pages["/wasps"]
    site.pages["/moths"] = "<h1>Moths</h1><p>Moths fly to the lamp."
    second = await sources.sync("site")
    asked = site.asked()
    after = await sources.documents()
    third = await sources.sync(made.id)

    names = {path: site.name(path) for path in ("/bees", "/wasps", "/ants", "/moths")}
    assert (first.status, counts(first)) == (SyncStatus.SUCCEEDED, {"added": 3})
    assert set(before) == {names["/bees"], names["/wasps"], names["/ants"]}
    assert counts(second) == {"added": 1, "changed": 1, "unchanged": 1, "removed": 1}
    assert asked == {"/bees": "whole", "/ants": "unchanged", "/moths": "whole"}
    assert after[names["/bees"]].id == before[names["/bees"]].id
    assert after[names["/ants"]] == before[names["/ants"]]
    assert set(after) == {names["/bees"], names["/ants"], names["/moths"]}
    assert after[names["/ants"]].metadata == {"url": f"{site.url}/ants"}
    assert counts(third) == {"unchanged": 3}
    assert set(site.asked().values()) == {"unchanged"}
    assert await sources.documents() == after
    found = await sources.stage.search("where does clover bloom", "docs", top_k=1)
    assert "dance" in found[0].text
    everything = await sources.stage.search("honey nests", "docs", top_k=20)
    assert not [one for one in everything if "honey" in one.text or "nests" in one.text]
    facts = await sources.stage.facts_about(made.id)
    assert [fact.type for fact in facts] == ["source.synced.v1"] * 3


async def test_nothing_goes_when_a_listing_fails_or_is_empty(
    sources: SourcesStage, site: WebSite
) -> None:
    await sources.add({"mode": "sitemap", "addresses": [site.sitemap]})
    await sources.ended("site")
    before = await sources.documents()
    pages, site.pages = site.pages, {}

    emptied = await sources.sync("site")
    site.broken["/sitemap.xml"] = 503
    gap = await sources.sync("site")
    assert await sources.documents() == before
    site.broken.clear()
    site.pages = {path: text for path, text in pages.items() if path != "/ants"}
    site.broken["/bees"] = 500
    failing = await sources.sync("site")
    items = await sources.items("site", outcome="failed")
    site.pages = {}
    allowed = await sources.sync("site", allow_empty=True)

    assert (emptied.status, emptied.error_code) == (SyncStatus.FAILED, "source_emptied")
    assert "allow_empty" in str(emptied.error)
    assert gap.status == SyncStatus.SUCCEEDED
    assert "503" in str(gap.note)
    assert counts(failing) == {"failed": 1, "removed": 1, "unchanged": 1}
    assert [(item.id, item.error) for item in items] == [
        (f"{site.url}/bees", f"{site.url}/bees answered with HTTP 500.")
    ]
    assert items[0].document_id == before[site.name("/bees")].id
    assert counts(allowed) == {"removed": 2}
    assert await sources.documents() == {}


async def test_many_pages_that_are_suddenly_gone_are_kept(
    sources: SourcesStage, site: WebSite
) -> None:
    site.pages = {f"/{number}": f"<p>Page {number}." for number in range(14)}
    addresses = [f"{site.url}/{number}" for number in range(14)]
    await sources.add({"addresses": addresses})
    await sources.ended("site")
    site.pages = {"/0": "<p>Page 0.", "/1": "<p>Page 1."}

    sync = await sources.sync("site")

    assert (sync.status, sync.error_code) == (SyncStatus.FAILED, "source_emptied")
    assert "2 items where there were 14" in str(sync.error)
    assert len(await sources.documents()) == 14


async def test_people_change_documents_and_syncs_respect_it(sources: SourcesStage) -> None:
    mine = await sources.stage.indexed("docs", "a", "Written by hand.")
    await sources.shelf({"id": "1", "name": "a"}, {"id": "2", "name": "b"}, {"id": "3"})
    await sources.ended("shelf")
    before = await sources.documents()
    bus = sources.stage.bus
    for name, change in (("b", {"metadata": {"team": "blue"}}), ("3", {"archived": True})):
        call = UpdateDocument(dataset="docs", document_id=before[name].id, **change)
        await bus.call(call, tenant=TENANT, reply=DocumentReply, timeout_s=10)
    (other,) = (name for name in before if name.startswith("a · "))
    await sources.stage.delete(before[other])
    sources.put(
        {"id": "1", "name": "a"},
        {"id": "2", "name": "bb", "text": "new", "metadata": {"shelf": "top"}},
        {"id": "3", "text": "new"},
    )

    sync = await sources.sync("shelf")
    after = await sources.documents()
    items = {item.id: item for item in await sources.items("shelf")}

    assert counts(sync) == {"added": 1, "changed": 1, "failed": 1}
    assert await sources.stage.get(mine) == mine
    assert after[other].id != before[other].id  # deleted by hand, it comes back
    assert after["bb"].id == before["b"].id
    assert after["bb"].metadata == {"team": "blue", "shelf": "top"}
    assert (items["3"].error_code, items["3"].document_id) == ("document_archived", before["3"].id)
    assert after["3"].content_hash == before["3"].content_hash


async def test_items_of_one_name_are_kept_apart(sources: SourcesStage) -> None:
    books = [{"id": str(number), "name": "Untitled"} for number in range(3)]
    await sources.shelf(*books)
    await sources.ended("shelf")

    sources.put(*books[:2])
    sync = await sources.sync("shelf")

    assert counts(sync) == {"unchanged": 2, "removed": 1}
    names = await sources.documents()
    assert len(names) == 2
    assert all(name.startswith("Untitled") for name in names)


async def test_name_and_metadata_follow_without_a_new_version(sources: SourcesStage) -> None:
    await sources.shelf({"id": "1", "name": "old", "version": "v1", "text": "Bees make honey."})
    await sources.ended("shelf")
    (before,) = (await sources.documents()).values()
    sources.put(
        {
            "id": "1",
            "name": "new",
            "version": "v1",
            "text": "Bees make honey.",
            "metadata": {"year": 7},
        }
    )

    sync = await sources.sync("shelf")
    (after,) = (await sources.documents()).values()

    assert counts(sync) == {"changed": 1}
    assert (after.id, after.name, after.metadata) == (before.id, "new", {"year": 7})
    assert after.content_hash == before.content_hash


async def test_reasons_of_items_and_of_sources(any_sources: SourcesStage) -> None:
    """One item fails alone; a token that is refused ends the sync; a source that is away waits."""
    sources = any_sources
    await sources.shelf(
        {"id": "good"},
        {"id": "bug", "error": "bug"},
        {"id": "far", "error": "ProviderTimedOut"},
        {"id": "gone", "error": "NotFound"},
        {"id": "big", "error": "TooLarge"},
        {"id": "bad\u0000", "name": "a\nb"},
        {"id": "listing", "fault": "InvalidInput"},
    )
    first = await sources.ended("shelf")
    reasons = {item.id: item.error_code for item in await sources.items("shelf", outcome="failed")}
    sources.put({"id": "good"}, token="another")
    denied = await sources.sync("shelf")
    sources.put(*({"id": str(n), "error": "ProviderFailed"} for n in range(30)))
    away = await sources.sync("shelf")
    facts = await sources.stage.facts_about((await sources.get("shelf")).id)

    assert counts(first) == {"added": 1, "failed": 6}
    assert reasons == {
        "bug": "defect",
        "far": "provider_timed_out",
        "gone": "not_found",
        "big": "too_large",
        "bad": "invalid_input",
        "listing": "invalid_input",
    }
    assert (denied.status, denied.error_code) == (SyncStatus.FAILED, "unauthenticated")
    assert (away.status, away.error_code) == (SyncStatus.FAILED, "provider_failed")
    assert [fact.type for fact in facts] == [
        "source.synced.v1",
        "source.failed.v1",
        "source.failed.v1",
    ]
    assert set(await sources.documents()) == {"good"}


async def test_stopped_worker_leaves_the_rest_to_the_next(
    sources: SourcesStage, site: WebSite
) -> None:
    """What was fetched before is not fetched again, and counts are of the whole sync."""
    held = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def hang(_request: Received) -> Answer:
        loop.call_soon_threadsafe(held.set)
        await asyncio.sleep(600)
        return Answer(status=500)

    site.serve("/wasps", hang)
    await sources.add({"addresses": [f"{site.url}{path}" for path in site.pages]})
    await asyncio.wait_for(held.wait(), 30)
    await sources.stage.stop()
    assert site.asked().keys() == {"/bees", "/wasps"}
    site.serve("/wasps", Answer(headers={"content-type": "text/plain"}, body=b"Wasps sting."))
    await sources.stage.start()

    sync = await sources.ended("site")

    assert counts(sync) == {"added": 3}
    assert site.asked().keys() == {"/wasps", "/ants"}
    assert len(await sources.documents()) == 3


async def test_source_that_is_changed_during_a_sync_is_not_written_by_the_old_one(
    sources: SourcesStage, site: WebSite
) -> None:
    held, goes_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    release: list[asyncio.Event] = []

    async def hang(_request: Received) -> Answer:
        release.append(asyncio.Event())
        loop.call_soon_threadsafe(held.set)
        await release[0].wait()
        loop.call_soon_threadsafe(goes_on.set)
        return Answer(headers={"content-type": "text/plain"}, body=b"Wasps sting.")

    site.serve("/wasps", hang)
    await sources.add({"addresses": [f"{site.url}/wasps", f"{site.url}/bees"]})
    await asyncio.wait_for(held.wait(), 30)

    await sources.update("site", settings={"addresses": [f"{site.url}/ants"]})
    sync = await sources.ended("site")
    assert site._loop is not None
    site._loop.call_soon_threadsafe(release[0].set)
    await asyncio.wait_for(goes_on.wait(), 30)
    again = await sources.sync("site")

    assert (sync.number, counts(sync)) == (2, {"added": 1})
    assert (again.number, counts(again)) == (3, {"unchanged": 1})
    assert set(await sources.documents()) == {site.name("/ants")}
    assert [item.id for item in await sources.items("site")] == [f"{site.url}/ants"]


async def test_site_that_goes_away_in_the_middle_of_its_listing_is_waited_for(
    sources: SourcesStage,
) -> None:
    away = [{"id": str(number), "fault": "RateLimited"} for number in range(30)]
    await sources.shelf({"id": "a"}, *away)

    sync = await sources.ended("shelf")

    assert (sync.status, sync.error_code) == (SyncStatus.FAILED, "rate_limited")
    assert counts(sync) == {"added": 1, "failed": 10}


async def test_source_that_is_due_is_synced_by_itself(sources: SourcesStage) -> None:
    made = await sources.shelf({"id": "1"}, every_hours=24)
    await sources.ended("shelf")
    sources.put({"id": "1"}, {"id": "2"})
    schedule = sources.stage.ingest.schedule

    assert made.next_at is not None
    assert timedelta(hours=23) < made.next_at - clock.now() <= timedelta(hours=24)
    assert await schedule.order_due() == 0
    async with sources.stage.database.session() as session:
        row = await SourceRepository(session, TENANT).get_any(made.id, is_locked=True)
        assert row is not None
        row.next_at = clock.now()
    await schedule.order_due()
    sync = await sources.ended("shelf")

    assert (sync.number, counts(sync)) == (2, {"added": 1, "unchanged": 1})
    again = await sources.update("shelf", every_hours=0)
    assert (again.every_hours, again.next_at) == (None, None)
    assert await schedule.order_due() == 0


async def test_large_listing_is_marked_in_batches(sources: SourcesStage) -> None:
    books = [{"id": str(number), "text": words(1)} for number in range(120)]
    await sources.shelf(*books)
    await sources.ended("shelf")

    sync = await sources.sync("shelf")

    assert counts(sync) == {"unchanged": 120}
    assert [item.id for item in await sources.items("shelf", limit=50)] == [
        book["id"] for book in books
    ]


@pytest.mark.parametrize("keeps", [True, False])
async def test_source_goes_with_its_documents_or_without(
    sources: SourcesStage, *, keeps: bool
) -> None:
    await sources.stage.indexed("docs", "mine", "Written by hand.")
    await sources.shelf(*({"id": str(number)} for number in range(5)))
    await sources.ended("shelf")

    assert await sources.delete("shelf", keep_documents=keeps)
    assert not await sources.delete("shelf", keep_documents=keeps)
    await sources.shelf({"id": "9"})  # its name is free at once
    await sources.ended("shelf")
    names = {"mine", "9"} | ({"0", "1", "2", "3", "4"} if keeps else set())
    deadline = time.monotonic() + 60
    while set(left := await sources.documents()) != names:
        assert time.monotonic() < deadline, left
        await asyncio.sleep(0.05)


async def test_sources_go_with_their_dataset(sources: SourcesStage) -> None:
    made = await sources.shelf({"id": "1"})
    await sources.ended("shelf")
    await sources.documents()

    await sources.stage.delete_dataset("docs")
    async with asyncio.timeout(60):
        while True:
            async with sources.stage.database.reading() as session:
                if await SourceRepository(session, TENANT).get_any(made.id) is None:
                    return
            await asyncio.sleep(0.05)
