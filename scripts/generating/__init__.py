"""Writes what follows from the contracts: schemas, golden files, pages of the documentation."""
