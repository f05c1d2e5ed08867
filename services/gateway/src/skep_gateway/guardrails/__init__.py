"""Guardrails of a workspace: which there are, which are in use, and trying them out."""
