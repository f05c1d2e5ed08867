"""Workflow documents as files: formatted, compared, brought in and taken out."""
