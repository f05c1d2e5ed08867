"""Reads typed values out of a text with a language model."""
