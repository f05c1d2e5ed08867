"""Fakes, a real NATS fixture and conformance kits for plugins."""
