"""One door to every model: providers, retries, limits, usage."""
