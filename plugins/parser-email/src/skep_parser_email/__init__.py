"""Emails and mailboxes into blocks."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Parser, ParserDescription


def _build() -> Parser:
    from skep_parser_email.parser import EmailParser

    return EmailParser()


@hookimpl
def skep_parsers() -> list[ParserDescription]:
    """Describe the parser."""
    return [
        ParserDescription(
            name="email",
            title="Email",
            mime_types=("message/rfc822", "message/global", "application/mbox"),
            extensions=(".eml", ".mbox"),
            factory=_build,
        )
    ]
