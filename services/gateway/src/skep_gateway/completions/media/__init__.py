"""OpenAI's API for moderation, speech and images."""
