"""Answers that are kept and given again, where callers choose so."""
