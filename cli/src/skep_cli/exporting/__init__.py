"""Writes a dataset into a folder."""
