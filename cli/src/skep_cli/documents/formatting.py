"""The one way a file is written, with its comments."""

from collections import Counter

import click
import msgspec

from skep_cli.documents.reading import Document, read_text
from skep_contracts.graph_text import in_order, write_yaml


def formatted(document: Document, *, is_json: bool) -> str:
    """Return a document as `skep fmt` writes it.

    Raises:
        click.ClickException: It could not be written without losing something; nothing is written.
    """
    data = in_order(document.data)
    if is_json:
        return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"
    text = write_yaml(data, document.comments)
    again = read_text(text)
    if again.data != document.data or _words(again) != _words(document):
        raise click.ClickException(
            "cannot be formatted without losing a comment; nothing is changed"
        )
    return text


def _words(document: Document) -> Counter[str]:
    lines = [
        line.strip()
        for comment in document.comments.values()
        for line in (*comment.before, *comment.after.split("\n"))
    ]
    return Counter(line for line in lines if line)
