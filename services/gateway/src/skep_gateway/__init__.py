"""HTTP, identity, apps, runs and webhooks of Skep."""
