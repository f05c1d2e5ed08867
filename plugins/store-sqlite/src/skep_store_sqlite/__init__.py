"""A vector store in one SQLite file: full text, metadata and exactly scanned vectors."""
