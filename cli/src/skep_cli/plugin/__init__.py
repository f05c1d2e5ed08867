"""Writing, installing and removing plugin distributions."""
