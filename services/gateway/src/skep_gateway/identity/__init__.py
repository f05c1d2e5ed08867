"""Tenants, members, sessions and API keys."""
