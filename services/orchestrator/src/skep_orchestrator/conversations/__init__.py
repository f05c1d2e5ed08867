"""Conversations: turns that were taken, and what a new turn starts from."""
