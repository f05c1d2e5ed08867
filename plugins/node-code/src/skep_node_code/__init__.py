"""Runs untrusted code in the sandbox."""
