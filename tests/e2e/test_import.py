"""An app of another platform comes in by its file."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import check_accessibility
from tests.e2e.chromium import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

FIXTURES = ROOT / "plugins/importer-dify/tests/fixtures"


def test_file_of_dify_is_reported_on_before_it_becomes_an_app(page: Page) -> None:
    page.goto("/apps")
    page.get_by_role("button", name="Import", exact=True).first.click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Drop a file here, or choose one").click()
    chooser.value.set_files(FIXTURES / "every_node_type.yml")

    report = page.get_by_role("region", name="Report")
    expect(report).to_contain_text("carried over")
    expect(report).to_contain_text("a credential for openai is needed")
    check_accessibility(page)
    page.get_by_label("Name").fill("From elsewhere")
    page.get_by_role("button", name="Import app").click()
    expect(page.get_by_role("application", name="Workflow canvas")).to_be_visible()
    expect(page.locator(".react-flow__node").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Path")).to_contain_text("From elsewhere")
