"""HTML into blocks."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Parser, ParserDescription


def _build() -> Parser:
    from skep_parser_html.parser import HtmlParser

    return HtmlParser()


@hookimpl
def skep_parsers() -> list[ParserDescription]:
    """Describe the parser."""
    return [
        ParserDescription(
            name="html",
            title="HTML",
            mime_types=("text/html", "application/xhtml+xml"),
            extensions=(".html", ".htm", ".xhtml"),
            signatures=(b"<!DOCTYPE html", b"<!doctype html", b"<html", b"<HTML"),
            factory=_build,
        )
    ]
