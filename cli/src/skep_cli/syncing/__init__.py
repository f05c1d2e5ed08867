"""A folder and a dataset, kept in step."""
