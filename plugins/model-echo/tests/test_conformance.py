"""Echo keeps the promises that every provider makes."""

from skep_testing.conformance.models import ModelConformance


class TestConformance(ModelConformance):
    """Inherits the kit."""

    entry_point = "echo"
    provider = "echo"
    is_online = False
    chat_model = "echo"
    embedding_model = "hash-256"
    rerank_model = "overlap"
    moderation_model = "word-list"
    transcription_model = "listener"
    speech_model = "tones"
    image_model = "letters"
