"""Budgets: what a tenant, an app, a key, a person or a run may spend on models."""
