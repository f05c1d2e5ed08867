"""The settings of a document extractor."""

from typing import Annotated

import msgspec


class ExtractorSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Which files to read."""

    file: Annotated[
        str, msgspec.Meta(min_length=1, description="A reference to a file, or a list of files.")
    ]
