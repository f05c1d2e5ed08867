"""Documents, presentations and spreadsheets (Open XML and OpenDocument) into blocks."""

from skep_contracts.plugins.manifest import hookimpl
from skep_contracts.plugins.parsers import Parser, ParserDescription

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"


def _build() -> Parser:
    from skep_parser_office.parser import OfficeParser

    return OfficeParser()


@hookimpl
def skep_parsers() -> list[ParserDescription]:
    """Describe the parser. It has no signature: every zip archive begins as these files do."""
    return [
        ParserDescription(
            name="office",
            title="Office documents",
            mime_types=(
                f"{_OPEN_XML}.wordprocessingml.*",
                f"{_OPEN_XML}.presentationml.*",
                f"{_OPEN_XML}.spreadsheetml.*",
                "application/vnd.ms-word.*macroenabled*",
                "application/vnd.ms-powerpoint.*macroenabled*",
                "application/vnd.ms-excel.*macroenabled*",
                f"{_OPEN_DOCUMENT}.text*",
                f"{_OPEN_DOCUMENT}.presentation*",
                f"{_OPEN_DOCUMENT}.spreadsheet*",
            ),
            extensions=(
                *(".docx", ".docm", ".dotx", ".dotm"),
                *(".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
                *(".xlsx", ".xlsm", ".xltx", ".xltm"),
                *(".odt", ".ott", ".odp", ".otp", ".ods", ".ots"),
            ),
            factory=_build,
        )
    ]
