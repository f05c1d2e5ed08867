"""Outbound webhooks: who wants to hear of what, and whether they did."""
