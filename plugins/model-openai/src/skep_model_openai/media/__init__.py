"""Moderation, speech and images over the same wire."""
