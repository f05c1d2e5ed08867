"""The three parsers of text keep what every parser promises."""

from typing import ClassVar

from skep_contracts.plugins.parsers import Block
from skep_testing.conformance.parsers import ParserConformance


class TestPlainText(ParserConformance):
    entry_point = "text"
    parser_name = "text"
    samples: ClassVar = {
        "letter.txt": b"Dear all,\r\nthe office moves.\r\n\r\n  \r\nIndented:\r\n    yes\r\n",
        "page.py": b"import os\n\n\ndef f():\n\treturn 1\n",
        "old-mac.txt": b"one\rtwo\r\rthree",
    }
    expected: ClassVar = {
        "letter.txt": (
            Block(text="Dear all,\nthe office moves."),
            Block(text="Indented:\n    yes"),
        ),
        "page.py": (
            Block(text="import os", kind="code"),
            Block(text="def f():\n\treturn 1", kind="code"),
        ),
        "old-mac.txt": (Block(text="one\ntwo"), Block(text="three")),
    }
    large = ("large.txt", b"a line of text\n" * 500_000)


MARKDOWN = """---
title: Handbook
---
# Handbook for `members` #

Welcome
here.
## Refunds & [returns](https://example.org)
> Quoted text
> goes on.

- first item
  continued
- second item

1. numbered

| Country | Days |
|:--------|-----:|
| Spain   | 14   |
| Chile   | 30   |
after the table

```python
# not a heading
x = 1

y = 2
```
Title by underline
==================
Another
---
***
    indented text
#not a heading
###### *Deep* #hashtag
Last line
"""


class TestMarkdown(ParserConformance):
    entry_point = "text"
    parser_name = "markdown"
    samples: ClassVar = {
        "handbook.md": MARKDOWN.encode(),
        "open.md": b"# Open\n```\nnever closed\n\n# really",
        "quote.md": "> # Überschrift\n> Text".encode("utf-16"),
    }
    expected: ClassVar = {
        "handbook.md": (
            Block(text="title: Handbook", kind="code"),
            Block(text="Handbook for members", kind="heading", level=1),
            Block(text="Welcome\nhere."),
            Block(text="Refunds & returns", kind="heading", level=2),
            Block(text="Quoted text\ngoes on."),
            Block(text="- first item\n  continued\n- second item", kind="list"),
            Block(text="1. numbered", kind="list"),
            Block(text="| Country | Days |\n| Spain   | 14   |\n| Chile   | 30   |", kind="table"),
            Block(text="after the table"),
            Block(text="# not a heading\nx = 1\n\ny = 2", kind="code"),
            Block(text="Title by underline", kind="heading", level=1),
            Block(text="Another", kind="heading", level=2),
            Block(text="    indented text\n#not a heading"),
            Block(text="Deep #hashtag", kind="heading", level=6),
            Block(text="Last line"),
        ),
        "open.md": (
            Block(text="Open", kind="heading", level=1),
            Block(text="never closed\n\n# really", kind="code"),
        ),
        "quote.md": (Block(text="Überschrift", kind="heading", level=1), Block(text="Text")),
    }
    large = ("large.md", b"# Part\n\nA line of text.\n\n- item\n" * 150_000)


class TestSeparatedValues(ParserConformance):
    entry_point = "text"
    parser_name = "csv"
    samples: ClassVar = {
        "prices.csv": b'name,price,note\n"Tea, green",4,"two\nlines"\nCoffee,5,\n\n,,\nx,1,2,3\n',
        "semicolons.csv": "Größe;Anzahl\nXL;3\n".encode("cp1252"),
        "tabs.tsv": b"a\tb\n1\t2\n",
        "one.csv": b"word\nalpha\nbeta\n",
        "header.csv": b"a,b,c\n",
    }
    expected: ClassVar = {
        "prices.csv": (
            Block(
                text="name: Tea, green; price: 4; note: two lines\n"
                "name: Coffee; price: 5\n"
                "name: x; price: 1; note: 2; column 4: 3",
                kind="table",
            ),
        ),
        "semicolons.csv": (Block(text="Größe: XL; Anzahl: 3", kind="table"),),
        "tabs.tsv": (Block(text="a: 1; b: 2", kind="table"),),
        "one.csv": (Block(text="alpha\nbeta", kind="table"),),
        "header.csv": (Block(text="a | b | c", kind="table"),),
    }
    large = ("large.csv", b"name,price\n" + b"green tea,12\n" * 500_000)
