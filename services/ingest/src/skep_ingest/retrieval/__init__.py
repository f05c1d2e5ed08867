"""Finds the passages that answer a query."""
