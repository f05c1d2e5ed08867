"""Workflow documents: reading, checking, and loading them for a run."""
