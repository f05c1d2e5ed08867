"""Extension point: kinds of sources, from which the documents of a dataset are kept in step."""
