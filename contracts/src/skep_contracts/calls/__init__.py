"""Requests answered now, each beside its reply."""
