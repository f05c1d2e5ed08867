"""Pages become Markdown, changes are found by the time of the last edit, limits are respected."""

from typing import Any

import pytest

from skep_contracts.plugins.sources.kinds import KnownItem, SourceFault, SourceItem
from skep_contracts.problems import (
    Forbidden,
    InvalidInput,
    NotFound,
    ProviderFailed,
    RateLimited,
    TooLarge,
    Unauthenticated,
)
from skep_runtime.egress import EgressClient
from skep_source_notion import blocks as blocks_module
from skep_source_notion.api import NotionApi
from skep_source_notion.source import NotionSource
from skep_testing.conformance.node_context import FakePluginContext
from skep_testing.http_server import Answer

JUST_NOW = "2023-11-14T22:13:00.000Z"
"""Twenty seconds before the moment that the context tells."""


class Reading:
    """Reads a source as a host does, and remembers what it was given."""

    def __init__(self, notion: Any, http: EgressClient, **settings: Any) -> None:
        self._context = FakePluginContext(http=http, api_url=notion.url)
        self._settings = {"token": notion.token, **settings}
        self.known: dict[str, KnownItem] = {}
        self.faults: list[SourceFault] = []
        self.texts: dict[str, str] = {}

    async def read(self) -> dict[str, SourceItem]:
        """Return items by name; what changed is in `texts`."""

        async def find(item: str) -> KnownItem | None:
            return self.known.get(item)

        source = NotionSource(self._context, self._settings)
        items: dict[str, SourceItem] = {}
        self.faults, self.texts = [], {}
        async for one in source.list_items(find):
            if isinstance(one, SourceFault):
                self.faults.append(one)
                continue
            items[one.name] = one
            before = self.known.get(one.id)
            if before is None or before.version != one.version:
                fetched = one.fetched or await source.fetch(one, before)
                assert fetched is not None
                self.texts[one.name] = fetched.content.decode()
                self.known[one.id] = KnownItem(version=one.version, memo=fetched.memo)
        return items


async def test_everything_that_is_shared_is_found_and_only_changes_are_read(
    notion: Any, http: EgressClient
) -> None:
    ids = [
        notion.page(f"Page {number}", notion.block("paragraph", f"{number}")) for number in range(5)
    ]
    notion.pages[ids[4]]["archived"] = True
    reading = Reading(notion, http)
    first = await reading.read()
    notion.asked()
    notion.pages[ids[1]]["last_edited_time"] = "2023-06-01T10:00:00.000Z"
    notion.write(ids[1], notion.block("paragraph", "changed"))
    await reading.read()
    asked = notion.asked()

    assert list(first) == ["Page 0", "Page 1", "Page 2", "Page 3"]
    assert first["Page 0"].metadata == {"url": notion.pages[ids[0]]["url"]}
    assert reading.texts == {"Page 1": "# Page 1\n\nchanged"}
    assert sorted(asked) == sorted(
        [f"GET /v1/pages/{ids[1]}", f"GET /v1/blocks/{ids[1]}/children"] + ["POST /v1/search"] * 3
    )


async def test_roots_lead_to_what_is_below_them(notion: Any, http: EgressClient) -> None:
    root, below, deep = (notion.page(name) for name in ("Root", "Below", "Deep"))
    row = notion.page("Row", Status={"type": "status", "status": {"name": "Done"}})
    stranger = notion.page("Stranger")
    database = "11111111-2222-3333-4444-555555555555"
    notion.databases[database] = [row]
    notion.link(root, below)
    notion.link(below, deep)
    notion.link(deep, root)  # round in a circle
    notion.link(root, database, is_database=True)
    reading = Reading(notion, http, roots=[notion.pages[root]["url"] + "?pvs=4"])
    first = await reading.read()
    told = reading.texts
    notion.asked()
    again = await reading.read()
    asked = notion.asked()

    assert list(first) == list(again) == ["Root", "Below", "Deep", "Row"]
    assert told["Row"] == "# Row\n\nStatus: Done"
    assert reading.texts == {}
    assert not [path for path in asked if "/blocks/" in path], "what is below is remembered"
    assert stranger not in {item.id for item in first.values()}
    notion.link(deep, stranger)
    notion.pages[deep]["last_edited_time"] = "2023-07-01T10:00:00.000Z"
    assert "Stranger" in await reading.read()


async def test_root_may_be_a_database(notion: Any, http: EgressClient) -> None:
    rows = [notion.page(f"Row {number}") for number in range(3)]
    notion.databases["11111111-2222-3333-4444-555555555555"] = rows
    reading = Reading(notion, http, roots=["11111111222233334444555555555555"])

    assert list(await reading.read()) == ["Row 0", "Row 1", "Row 2"]


async def test_page_that_is_gone_or_not_shared_is_told(notion: Any, http: EgressClient) -> None:
    root, trash = notion.page("Root"), notion.page("Trash")
    notion.pages[trash]["in_trash"] = True
    notion.link(root, trash)
    notion.link(root, "99999999-2222-3333-4444-555555555555")
    notion.link(root, "88888888-2222-3333-4444-555555555555", is_database=True)
    reading = Reading(notion, http, roots=[root])

    assert list(await reading.read()) == ["Root"]
    assert [(fault.id, type(fault.error)) for fault in reading.faults] == [
        (trash, NotFound),
        ("99999999-2222-3333-4444-555555555555", NotFound),
    ]


async def test_edit_within_the_last_minutes_is_looked_at_once_more(
    notion: Any, http: EgressClient
) -> None:
    page = notion.page("Fresh", edited=JUST_NOW)
    reading = Reading(notion, http, roots=[page])
    fresh = (await reading.read())["Fresh"]
    settled = "2023-11-14T22:00:00.000Z"
    notion.pages[page]["last_edited_time"] = settled

    assert fresh.version == f"{JUST_NOW}~"
    assert (await reading.read())["Fresh"].version == settled


async def test_too_many_pages_are_a_gap(notion: Any, http: EgressClient) -> None:
    for number in range(4):
        notion.page(f"Page {number}")
    reading = Reading(notion, http, max_pages=3)

    assert len(await reading.read()) == 3
    assert [type(fault.error) for fault in reading.faults] == [ProviderFailed]


async def text_of(
    notion: Any, http: EgressClient, *blocks: dict[str, Any], **properties: Any
) -> str:
    reading = Reading(notion, http)
    notion.page("Title", *blocks, **properties)
    await reading.read()
    return reading.texts["Title"].removeprefix("# Title").strip()


async def test_blocks_become_markdown(notion: Any, http: EgressClient) -> None:
    b, text = notion.block, notion.text
    rich = [
        text("see "),
        text("here", href="https://a.example/x"),
        text(" or "),
        text("code", code=True),
    ]
    cells = [[[text("a|b")], [text("c")]], [[text("1")], [text("2")]]]
    rows = [b("table_row", cells=row) for row in cells]
    found = await text_of(
        notion,
        http,
        b("heading_1", "One"),
        {**b("paragraph"), "paragraph": {"rich_text": rich}},
        b("bulleted_list_item", "a", b("bulleted_list_item", "a1"), b("paragraph", "more")),
        b("bulleted_list_item", "b"),
        b("numbered_list_item", "first"),
        b("to_do", "done", checked=True),
        b("to_do", "open", checked=False),
        b("toggle", "folded", b("paragraph", "inside")),
        b("quote", "said\ntwice"),
        b("code", "x = 1", language="python"),
        b("equation", expression="e=mc^2"),
        b("divider"),
        {**b("table", "", *rows, has_column_header=True)},
        b(
            "column_list",
            "",
            b("column", "", b("paragraph", "left")),
            b("column", "", b("heading_3", "Right")),
        ),
        b("bookmark", url="https://a.example", caption=[text("A")]),
        b("image", type="external", external={"url": "https://a.example/i.png"}),
        b("file", type="file", name="plan.pdf", file={"url": "https://signed.example/secret"}),
        b("breadcrumb"),
        b("unsupported"),
        b("child_page", title="Below"),
    )

    assert found.split("\n\n") == [
        "## One",
        "see [here](https://a.example/x) or `code`",
        "- a\n  - a1",
        "  more\n- b",
        "1. first",
        "- [x] done\n- [ ] open",
        "- folded",
        "  inside",
        "> said\n> twice",
        "```python\nx = 1\n```",
        "$$ e=mc^2 $$",
        "---",
        "| a\\|b | c |\n|---|---|\n| 1 | 2 |",
        "left",
        "#### Right",
        "[A](https://a.example)",
        "[https://a.example/i.png](https://a.example/i.png)",
        "plan.pdf",
        "Below",
    ]


async def test_properties_of_rows_are_read(notion: Any, http: EgressClient) -> None:
    found = await text_of(
        notion,
        http,
        Kind={"type": "select", "select": {"name": "Manual"}},
        Tags={"type": "multi_select", "multi_select": [{"name": "a"}, {"name": "b"}]},
        Due={"type": "date", "date": {"start": "2024-01-01", "end": "2024-02-01"}},
        Price={"type": "number", "number": 12.5},
        Note={"type": "rich_text", "rich_text": [notion.text("two\nlines")]},
        Ready={"type": "checkbox", "checkbox": True},
        Id={"type": "unique_id", "unique_id": {"prefix": "T", "number": 7}},
        Sum={"type": "formula", "formula": {"type": "number", "number": 3}},
        All={
            "type": "rollup",
            "rollup": {"type": "array", "array": [{"type": "number", "number": 1}]},
        },
        Empty={"type": "select", "select": None},
        New={"type": "hologram", "hologram": {"x": 1}},
        Odd="not even an object",
    )

    assert found.splitlines() == [
        "Kind: Manual",
        "Tags: a, b",
        "Due: 2024-01-01 – 2024-02-01",
        "Price: 12.5",
        "Note: two lines",
        "Ready: yes",
        "Id: T-7",
        "Sum: 3",
        "All: 1",
    ]


async def test_names_are_names_of_documents(notion: Any, http: EgressClient) -> None:
    for title in ("", "a\nb\tc", "x" * 300, "\u202ehidden"):
        notion.page(title)

    names = list(await Reading(notion, http).read())

    assert names == ["Untitled", "a b c", "x" * 200, "hidden"]
    assert all(name.isprintable() for name in names)


async def test_endless_pages_are_refused(
    notion: Any, http: EgressClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks_module, "_MOST_BLOCKS", 3)

    with pytest.raises(TooLarge, match="3 blocks"):
        await text_of(notion, http, *(notion.block("paragraph", "x") for _ in range(4)))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, InvalidInput),
        (401, Unauthenticated),
        (403, Forbidden),
        (404, NotFound),
        (429, RateLimited),
        (500, ProviderFailed),
        (302, ProviderFailed),
    ],
)
async def test_refusals_are_what_they_mean(
    notion: Any, http: EgressClient, status: int, error: type[Exception]
) -> None:
    headers = {"retry-after": "600", "location": "https://elsewhere.example/"}
    notion.serve("/v1/search", Answer(status=status, headers=headers))

    with pytest.raises(error) as raised:
        await Reading(notion, http).read()

    assert notion.token not in str(raised.value)
    assert getattr(raised.value, "retry_after_s", None) == (600 if status == 429 else None)


async def test_limits_of_requests_are_waited_for(notion: Any, http: EgressClient) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    slow = Answer(status=429, headers={"retry-after": "7"})
    notion.enqueue("/v1/search", slow, Answer(status=429))
    api = NotionApi(http, notion.token, url=notion.url, sleep=sleep)
    found = [
        page
        async for page in api.listed(
            "POST", "search", {"filter": {"property": "object", "value": "page"}}
        )
    ]

    assert (found, waited) == ([], [7.0, 1.0])
    for _ in range(10):
        notion.enqueue("/v1/pages/x", slow)
    with pytest.raises(RateLimited):
        await api.get("pages/x")
    assert len(waited) == 7


async def test_answers_that_are_none_are_refused(notion: Any, http: EgressClient) -> None:
    for body in (b"<html>", b"[]", b"[" * 100_000, b"\xff"):
        notion.enqueue("/v1/search", Answer(body=body))
        with pytest.raises(ProviderFailed):
            await Reading(notion, http).read()
    notion.serve("/v1/search", Answer(json={"results": [7, None, {}], "has_more": "x"}))

    assert await Reading(notion, http).read() == {}
