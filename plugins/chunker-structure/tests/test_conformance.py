"""Both chunkers keep what every chunker promises."""

from skep_testing.conformance.chunkers import ChunkerConformance


class TestStructure(ChunkerConformance):
    entry_point = "structure"
    chunker_name = "structure"
    repeats_headers = True


class TestDocument(ChunkerConformance):
    entry_point = "structure"
    chunker_name = "document"
