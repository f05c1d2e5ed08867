"""Datasets whose chunks are kept elsewhere, and are asked for over HTTP."""
