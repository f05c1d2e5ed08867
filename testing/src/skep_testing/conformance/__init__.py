"""Kits that plugins inherit: what all of a kind promise, tested through their entry points."""
