"""Credentials of model providers, and what the providers offer."""
