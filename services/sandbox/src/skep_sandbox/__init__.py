"""Untrusted code, and nothing else."""
