"""What the elements of a page mean for its text."""

from typing import Final

HIDDEN: Final = frozenset(
    {
        "canvas",
        "iframe",
        "math",
        "noscript",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
    }
)
"""Nobody reads what is inside; the title is kept apart."""
BOILERPLATE: Final = frozenset({"aside", "button", "dialog", "footer", "form", "menu", "nav"})
"""Around what a page is about."""
MAIN: Final = frozenset({"article", "main"})
HEADINGS: Final = {f"h{level}": "#" * level for level in range(1, 7)}
MARKS: Final = {"br": "\n", "hr": "\n\n", "li": "\n- ", "td": " | ", "th": " | ", "dd": "\n  "}
"""What stands where an element begins."""
BLOCKS: Final = {
    **dict.fromkeys(("tr", "dt", "caption", "option", "legend", "summary"), "\n"),
    **dict.fromkeys(
        (
            "address",
            "article",
            "blockquote",
            "body",
            "details",
            "div",
            "dl",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "header",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "ul",
        ),
        "\n\n",
    ),
}
"""What stands where an element begins and where it ends."""
