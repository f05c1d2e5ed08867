"""Public facts: the contract of subscriptions, webhooks and triggers."""
