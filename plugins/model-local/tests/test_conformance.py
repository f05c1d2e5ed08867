"""The local models keep the promises that every provider makes."""

from skep_testing.conformance.models import ModelConformance


class TestConformance(ModelConformance):
    """Inherits the kit."""

    entry_point = "local"
    provider = "local"
    is_online = False
    embedding_model = "wordllama-256"
