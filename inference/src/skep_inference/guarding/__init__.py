"""Guardrails: what goes to models and what comes back is looked at before it is passed on."""
