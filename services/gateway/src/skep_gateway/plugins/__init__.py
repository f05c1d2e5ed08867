"""Plugins: what is installed, and telling the services of a change."""
