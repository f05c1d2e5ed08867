"""Datasets: what documents are kept in, and how they are split, embedded and stored."""
