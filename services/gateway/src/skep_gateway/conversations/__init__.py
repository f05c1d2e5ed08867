"""Conversations and their turns, as the orchestrator answers them."""
