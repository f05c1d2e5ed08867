"""Carries out the indexing of documents: parse, chunk, embed, store; resumable anywhere."""
