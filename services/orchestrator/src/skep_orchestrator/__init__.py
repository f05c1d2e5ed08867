"""Runs workflows and keeps their log."""
