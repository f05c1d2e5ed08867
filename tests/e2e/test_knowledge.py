"""A document that is uploaded, found, and cited."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from skep_testing.documents import make_pdf
from tests.e2e.accessibility import check_accessibility
from tests.e2e.editor import Editor

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

HANDBOOK = make_pdf(
    [
        "Boots may be sent back within thirty days, also when they were worn.",
        "Parcels leave the warehouse at noon.",
    ]
)


def upload_handbook(page: Page, dataset: str) -> None:
    """Create a dataset with one document that can be found."""
    page.goto("/knowledge")
    page.get_by_role("button", name="New dataset").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(dataset)
    dialog.get_by_role("button", name="Create").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload files").click()
    chooser.value.set_files(
        FilePayload(name="handbook.pdf", mimeType="application/pdf", buffer=HANDBOOK)
    )
    row = page.get_by_role("row", name=re.compile("handbook.pdf"))
    expect(row).to_contain_text(re.compile("Ready.*1 chunk"))


def test_uploaded_document_is_found_and_cited(page: Page) -> None:
    upload_handbook(page, "Boots")
    check_accessibility(page)

    page.get_by_role("link", name="Retrieval test").click()
    page.get_by_label("Question").fill("How long can I send back boots?")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("1 passage")).to_be_visible()
    expect(page.locator("mark").filter(has_text="Boots")).to_be_visible()
    check_accessibility(page)
    page.get_by_role("link", name="Apps").click()
    page.get_by_role("button", name="New app").first.click()
    page.get_by_role("radio", name=re.compile("^Answers from documents")).click()
    page.get_by_role("button", name="Create app").click()
    editor = Editor(page)
    editor.open("search")
    editor.inspector.get_by_role("combobox", name="Datasets").click()
    page.get_by_role("option", name="Boots").click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_label("Message").fill("How long can I send back boots?")
    page.keyboard.press("Enter")

    answer = page.get_by_role("article")
    expect(answer).to_contain_text("within thirty days")
    expect(answer).to_contain_text("[1]")
    check_accessibility(page)
