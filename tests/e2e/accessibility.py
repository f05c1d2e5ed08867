"""Holds pages against axe's rules, in light and in dark."""

from functools import cache
from typing import Any, Final, Literal

from playwright.sync_api import Page, expect

from tests.e2e.chromium import AXE

_SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
_GRAVE: Final = {"serious", "critical"}
# What fades in or out is judged as it will have settled.
_RUN: Final = """async () => {
    const ends = (each) => Number.isFinite(each.effect?.getComputedTiming().endTime);
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    // A colour that is inherited changes one level after the other.
    for (let level = 0, left = true; left && level < 50; level++) {
        await frame();
        const running = document.getAnimations().filter(ends);
        left = running.length > 0;
        for (const each of running) each.finish();
    }
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help, where: nodes.slice(0, 5).map(({ html, failureSummary }) =>
            `${html.slice(0, 300)}\\n${failureSummary}`),
    }));
}"""


@cache
def _axe() -> str:
    return AXE.read_text()


def check_accessibility(page: Page) -> None:
    """Fail when the page, as it is now, has a serious or critical finding in either theme."""
    page.evaluate(_axe())
    found: list[str] = []
    for scheme in _SCHEMES:
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        findings: list[dict[str, Any]] = page.evaluate(_RUN)
        found += [
            f"{scheme}: {each['id']} ({each['impact']}): {each['help']}\n"
            + "\n".join(each["where"])
            for each in findings
            if each["impact"] in _GRAVE
        ]
    page.emulate_media(color_scheme="light")
    assert not found, f"{page.url}\n" + "\n\n".join(found)
