"""Searches datasets and hands on what it found."""
