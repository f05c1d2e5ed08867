"""Theme and language are chosen once and stay."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import check_accessibility

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


def test_dark_mode_and_chinese_are_switched_on_and_stay(page: Page) -> None:
    page.goto("/settings")

    page.get_by_role("radio", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_role("heading", name="设置", level=1)).to_be_visible()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("heading", name="设置", level=1)).to_be_visible()
    page.get_by_role("radio", name="跟随系统").click()
    check_accessibility(page)
