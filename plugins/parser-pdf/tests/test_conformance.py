"""The PDF parser keeps what every parser promises."""

from typing import ClassVar

from skep_contracts.plugins.parsers import Block
from skep_testing.conformance.parsers import ParserConformance
from skep_testing.documents import make_pdf

FILLER = "\n".join(["The quick brown fox jumps over the lazy dog. " * 2] * 50)


class TestConformance(ParserConformance):
    entry_point = "pdf"
    parser_name = "pdf"
    samples: ClassVar = {
        "two-pages.pdf": make_pdf(["First page\nwith (two) lines", "Zweite Seite: größer"]),
        "gap.pdf": make_pdf(["one", "", "three"]),
    }
    expected: ClassVar = {
        "two-pages.pdf": (
            Block(text="First page\nwith (two) lines", kind="page", page=1),
            Block(text="Zweite Seite: größer", kind="page", page=2),
        ),
        "gap.pdf": (
            Block(text="one", kind="page", page=1),
            Block(text="", kind="picture", page=2),
            Block(text="three", kind="page", page=3),
        ),
    }
    large = ("large.pdf", make_pdf([FILLER] * 1_000))
