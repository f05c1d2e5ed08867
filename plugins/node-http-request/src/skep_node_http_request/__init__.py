"""Calls an HTTP endpoint through the guarded client."""
