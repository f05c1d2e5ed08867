"""The general chunker keeps what every chunker promises."""

from skep_testing.conformance.chunkers import ChunkerConformance


class TestConformance(ChunkerConformance):
    entry_point = "general"
    chunker_name = "general"
