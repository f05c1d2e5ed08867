"""Datasets, documents and search, as ingest answers them."""
