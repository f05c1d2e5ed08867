"""Documents of a dataset: added, replaced, deleted; their indexing is ordered here."""
