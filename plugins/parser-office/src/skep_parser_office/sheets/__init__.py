"""Sheets: what stands in cells, and rows as lines of tables."""
