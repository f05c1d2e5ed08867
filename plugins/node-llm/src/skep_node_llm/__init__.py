"""Asks a language model and streams what it says."""
