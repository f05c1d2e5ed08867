"""Streams text to the person who asked."""
