"""Plain text, source code, Markdown and separated values into blocks."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Parser, ParserDescription

_CODE = (
    ".bash .c .cc .cpp .cs .css .go .h .hpp .java .js .json .jsonl .jsx .kt .lua .ndjson .php .pl"
    " .ps1 .py .r .rb .rs .scala .sh .sql .swift .toml .ts .tsx .xml .yaml .yml"
)
_PLAIN = ".txt .text .log .rst .adoc .tex .ini .cfg .conf .properties .srt .vtt .org"


def _text() -> Parser:
    from skep_parser_text.plain import PlainTextParser

    return PlainTextParser(frozenset(_CODE.split()))


def _markdown() -> Parser:
    from skep_parser_text.markdown import MarkdownParser

    return MarkdownParser()


def _separated() -> Parser:
    from skep_parser_text.separated import SeparatedValuesParser

    return SeparatedValuesParser()


@hookimpl
def skep_parsers() -> list[ParserDescription]:
    """Describe the three parsers."""
    return [
        ParserDescription(
            name="text",
            title="Plain text and source code",
            mime_types=("text/plain", "text/*", "application/json", "application/xml"),
            extensions=tuple(f"{_PLAIN} {_CODE}".split()),
            priority=-10,
            factory=_text,
        ),
        ParserDescription(
            name="markdown",
            title="Markdown",
            mime_types=("text/markdown", "text/x-markdown"),
            extensions=(".md", ".markdown", ".mdown", ".mkd", ".mdx"),
            factory=_markdown,
        ),
        ParserDescription(
            name="csv",
            title="Separated values",
            mime_types=("text/csv", "text/tab-separated-values"),
            extensions=(".csv", ".tsv"),
            factory=_separated,
        ),
    ]
