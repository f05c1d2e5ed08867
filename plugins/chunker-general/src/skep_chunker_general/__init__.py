"""Splits blocks into chunks of bounded size with overlap."""
