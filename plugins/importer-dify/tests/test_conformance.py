"""The importer keeps the promises of its kind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from skep_testing.conformance.importers import ImporterConformance
from skep_testing.dify_sources import simple, written

FIXTURES = Path(__file__).parent / "fixtures"


class TestConformance(ImporterConformance):
    entry_point = "dify"
    format = "dify"

    def sources(self) -> Iterator[bytes]:
        """Yield Dify's own test workflows, and apps without a graph."""
        for path in sorted(FIXTURES.glob("*.yml")):
            if path.name != "minimal_not_an_app.yml":
                yield path.read_bytes()
        yield written(simple("chat", pre_prompt="Hello"))

    def kept(self, document: Any) -> Any:
        """Leave out what always gets a value over there."""
        data = msgspec.to_builtins(document)
        data["app"].pop("icon", None)
        return data
