"""JSON, XML, subtitles and notebooks into blocks."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Parser, ParserDescription


def _json() -> Parser:
    from skep_parser_data.json_text import JsonParser

    return JsonParser()


def _notebook() -> Parser:
    from skep_parser_data.notebook import NotebookParser

    return NotebookParser()


def _subtitles() -> Parser:
    from skep_parser_data.subtitles import SubtitleParser

    return SubtitleParser()


def _xml() -> Parser:
    from skep_parser_data.xml_text import XmlParser

    return XmlParser()


@hookimpl
def skep_parsers() -> list[ParserDescription]:
    """Describe the four parsers."""
    return [
        ParserDescription(
            name="json",
            title="JSON and JSON Lines",
            mime_types=("application/json", "application/*+json", "application/*ndjson"),
            extensions=(".json", ".jsonl", ".ndjson", ".geojson", ".jsonld"),
            factory=_json,
        ),
        ParserDescription(
            name="notebook",
            title="Jupyter notebooks",
            mime_types=("application/x-ipynb+json",),
            extensions=(".ipynb",),
            priority=1,  # its MIME type is one of JSON, too
            factory=_notebook,
        ),
        ParserDescription(
            name="subtitles",
            title="Subtitles",
            mime_types=("application/x-subrip", "text/vtt"),
            extensions=(".srt", ".vtt"),
            signatures=(b"WEBVTT",),
            factory=_subtitles,
        ),
        ParserDescription(
            name="xml",
            title="XML",
            mime_types=(
                "application/xml",
                "text/xml",
                "application/rss+xml",
                "application/atom+xml",
            ),
            extensions=(".xml", ".rss", ".atom"),
            factory=_xml,
        ),
    ]
