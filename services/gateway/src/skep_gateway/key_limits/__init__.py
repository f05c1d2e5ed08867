"""Keeps API keys to their limits, over all processes of the gateway."""
