"""Chunks one by one: listed, written and changed by hand, and previewed."""
