"""Reads the text out of files."""
