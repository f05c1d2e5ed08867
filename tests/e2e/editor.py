"""The canvas in few words."""

from playwright.sync_api import Locator, Page, expect


class Editor:
    """The canvas with what is around it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.get_by_role("application", name="Workflow canvas")
        self.nodes = page.locator(".react-flow__node")
        self.edges = page.locator(".react-flow__edge")
        self.inspector = page.get_by_role("complementary")

    def node(self, name: str) -> Locator:
        return self.page.locator(f'.react-flow__node[data-id="{name}"]')

    def select_edge(self) -> None:
        """Click the only edge, beside the button in its middle."""
        expect(self.edges).to_have_count(1)
        box = self.edges.locator(".react-flow__edge-interaction").bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] / 8, box["y"] + box["height"] / 2)

    def add_by_keyboard(self, words: str) -> None:
        """Add a node after the one that is selected."""
        self.canvas.focus()
        self.page.keyboard.press("a")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")

    def connect(self, source: str, target: str) -> None:
        """Draw an edge by mouse."""
        start = self.node(source).locator(".react-flow__handle-right")
        start.drag_to(self.node(target).locator(".react-flow__handle-left"))

    def pick_variable(self, setting: str, name: str) -> None:
        field = self.inspector.locator(f'[data-path="{setting}"]')
        field.get_by_role("button", name="Insert a variable").click()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")

    def open(self, name: str) -> None:
        """Open the settings of a node."""
        self.node(name).click()
        expect(self.inspector.get_by_label("Name of the node")).to_be_visible()

    def rename(self, title: str) -> None:
        """Give the node that is open another name."""
        self.inspector.get_by_label("Name of the node").fill(title)

    def expect_saved(self) -> None:
        """Wait until everything is on the server."""
        expect(self.page.get_by_text("Saved", exact=True)).to_be_visible()
