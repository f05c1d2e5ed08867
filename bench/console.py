"""The console in Chromium: first load, a canvas of a thousand nodes, and how soon clicks are seen.

Chromium draws with the processor here, which is the worst case: there is no graphics card.
`--nodes` sets how many nodes there are.
"""

import argparse
import json
import statistics
import sys
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from skep_testing.stack import RunningStack
from tests.e2e.chromium import launched, what_is_missing

_ADMIN = {"name": "Ada", "email": "ada@example.com", "password": "a long password"}
_FRAMES = """async (milliseconds) => {
    const frames = [];
    let last = performance.now();
    const end = last + milliseconds;
    while (last < end) {
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - last);
        last = now;
    }
    return frames.slice(2);
}"""
_WATCH = """() => {
    window.seen = [];
    const note = (list) => window.seen.push(...list.getEntries().map((e) => [e.name, e.duration]));
    new PerformanceObserver(note).observe({type: "event", durationThreshold: 16, buffered: true});
}"""
_PAINTS = """() => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve({
        first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
        largest: list.getEntries().at(-1).startTime,
    })).observe({type: "largest-contentful-paint", buffered: true});
})"""
_IN_VIEW = """() => [...document.querySelectorAll(".react-flow__node")]
    .map((node) => node.getBoundingClientRect())
    .map(({x, y, width, height}) => [x + width / 2, y + height / 2])
    .filter(([x, y]) => x > 320 && x < 800 && y > 120 && y < 700)
    .slice(0, 8)"""
_ROWS = 25


def document(nodes: int) -> dict[str, Any]:
    """Return a workflow of so many nodes: chains side by side between a start and an end."""
    chains = max(1, round((nodes - 2) / _ROWS))
    made: dict[str, Any] = {
        "start": {"type": "start", "settings": {"inputs": [{"name": "topic", "type": "text"}]}},
        "end": {"type": "end", "settings": {"outputs": {"text": "{{start.topic}}"}}},
    }
    edges = []
    layout = {"start": [0, 0], "end": [320 * (_ROWS + 1), 0]}
    for chain in range(chains):
        before = "start"
        for place in range(_ROWS):
            name = f"step_{chain}_{place}"
            made[name] = {"type": "template", "settings": {"template": "{{start.topic}}"}}
            layout[name] = [320 * (place + 1), 120 * chain]
            edges.append({"from": before, "to": name})
            before = name
        edges.append({"from": before, "to": "end"})
    return {
        "skep": 1,
        "app": {"name": f"big-{nodes}"},
        "nodes": made,
        "edges": edges,
        "layout": layout,
    }


class Transfer:
    """Counts what a page loads, as it comes over the wire."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0
        self.requests = 0
        session.on("Network.loadingFinished", self._count)
        session.send("Network.enable")

    def _count(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])
        self.requests += 1


def loads(browser: Browser, stack: RunningStack, state: Any, paths: dict[str, str]) -> None:
    """Print what the first load of pages takes, with nothing in the cache."""
    print(f"\n{'first load':<28}{'KiB':>8}{'requests':>10}{'painted ms':>12}{'largest ms':>12}")
    for name, path in paths.items():
        context = browser.new_context(
            base_url=stack.url, storage_state=state, viewport={"width": 1280, "height": 800}
        )
        page = context.new_page()
        transfer = Transfer(context.new_cdp_session(page))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        paints = page.evaluate(_PAINTS)
        print(
            f"{name:<28}{transfer.bytes / 1024:>8.0f}{transfer.requests:>10}"
            f"{paints['first']:>12.0f}{paints['largest']:>12.0f}"
        )
        context.close()


def _moved(page: Page, what: str, seconds: float) -> None:
    """Pan or zoom for some seconds, and print how often the canvas was drawn."""
    page.mouse.move(640, 400)
    page.evaluate(
        """([what, seconds]) => {
            const pane = document.querySelector(".react-flow__pane");
            const begin = performance.now();
            const turn = () => {
                const at = (performance.now() - begin) / 1000;
                if (at > seconds) return;
                const by = what === "zoom" ? {deltaY: 12 * Math.sin(at * 3), ctrlKey: true}
                    : {deltaX: 30 * Math.sin(at * 2), deltaY: 20 * Math.cos(at * 2)};
                const place = {bubbles: true, cancelable: true, clientX: 640, clientY: 400};
                pane.dispatchEvent(new WheelEvent("wheel", {...place, ...by}));
                requestAnimationFrame(turn);
            };
            requestAnimationFrame(turn);
        }""",
        [what, seconds],
    )
    frames = sorted(page.evaluate(_FRAMES, seconds * 1000))
    late = frames[int(len(frames) * 0.95)]
    print(
        f"{what:<28}{1000 / statistics.mean(frames):>8.1f} fps{late:>12.1f} ms (p95)"
        f"{frames[-1]:>10.1f} ms (worst)"
    )


def canvas(browser: Browser, stack: RunningStack, state: Any, nodes: int) -> None:
    """Print how smooth a large canvas is, and how soon clicks on it are seen."""
    app = stack.request("POST", "/api/v1/apps", {"document": document(nodes)})
    context = browser.new_context(
        base_url=stack.url, storage_state=state, viewport={"width": 1280, "height": 800}
    )
    page = context.new_page()
    page.add_init_script(f"({_WATCH})()")
    page.goto(f"/apps/{app['id']}")
    page.locator(".react-flow__node").first.wait_for()
    page.wait_for_load_state("networkidle")
    print(f"\na canvas of {len(document(nodes)['nodes'])} nodes")
    page.get_by_role("button", name="Fit to view").click()
    _moved(page, "pan, all in view", 4)
    _moved(page, "zoom", 4)
    page.get_by_role("button", name="Zoom in").click(click_count=3)
    _moved(page, "pan, some in view", 4)
    for x, y in page.evaluate(_IN_VIEW):
        page.mouse.click(x, y)
        page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    seen = [
        length
        for name, length in page.evaluate("window.seen")
        if name in {"pointerup", "click", "keydown"}
    ]
    if seen:
        print(
            f"{'click or key to paint':<28}{max(seen):>8.0f} ms (worst of {len(seen)} over 16 ms)"
        )
    context.close()


def main() -> int:
    """Start a stack and a browser, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1_000)
    options = parser.parse_args()
    if missing := what_is_missing():
        print(missing)
        return 1
    with RunningStack() as stack, launched() as browser:
        token = (stack.data_dir / "secrets" / "setup.token").read_text().strip()
        context = browser.new_context(base_url=stack.url)
        context.request.post(
            "/api/v1/setup",
            data=json.dumps({"setup_token": token, **_ADMIN}),
            headers={"content-type": "application/json"},
        )
        state = context.storage_state()
        context.close()
        small = stack.request("POST", "/api/v1/apps", {"document": document(27)})
        loads(
            browser,
            stack,
            state,
            {"sign in": "/login", "apps": "/apps", "canvas": f"/apps/{small['id']}"},
        )
        canvas(browser, stack, state, options.nodes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
