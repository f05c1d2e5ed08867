"""Datasets move to another store or embedding model while they serve."""
