"""Stages with a dataset and sources, and a web site."""

from collections.abc import Iterator

import pytest

from services.ingest.tests.sources.sources_stage import SourcesStage
from services.ingest.tests.stage import Stage
from skep_testing.web_site import WebSite


@pytest.fixture
async def sources(stage: Stage) -> SourcesStage:
    made = SourcesStage(stage)
    await made.set_up()
    await stage.dataset("docs")
    return made


@pytest.fixture
async def any_sources(any_stage: Stage) -> SourcesStage:
    """On SQLite, and on PostgreSQL."""
    made = SourcesStage(any_stage)
    await made.set_up()
    await any_stage.dataset("docs")
    return made


@pytest.fixture
def site() -> Iterator[WebSite]:
    pages = {
        "/bees": "<h1>Bees</h1><p>Bees make honey from nectar.",
        "/wasps": "<h1>Wasps</h1><p>Wasps build paper nests.",
        "/ants": "<h1>Ants</h1><p>Ants farm aphids.",
    }
    with WebSite(pages) as made:
        yield made
